import GRDB

extension Store {
    /// Says anew what a run is there for.
    ///
    /// - Parameter role: "base", "selection" or "report"
    public func setRole(_ role: String, ofRun id: String) throws {
        try write { db in
            try db.execute(sql: "UPDATE run SET role = ? WHERE id = ?", arguments: [role, id])
        }
    }
}
