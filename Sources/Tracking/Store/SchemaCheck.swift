import GRDB

/// Rejects a file whose tables, indexes, views or triggers differ from those that its migrations
/// make.
///
/// A foreign trigger or view would run with our next statement; another program's file is not ours
/// to change.
struct SchemaCheck {
    private let path: String

    /// - Parameter path: for messages
    init(_ path: String) { self.path = path }

    /// A table, index, view or trigger.
    fileprivate struct Item: Hashable, FetchableRecord {
        let type: String
        let name: String
        let table: String
        /// nil for items that SQLite makes by itself, and for views, which are not read.
        let sql: String?

        init(row: Row) throws {
            type = row["type"] ?? ""
            name = row["name"] ?? ""
            table = row["tbl_name"] ?? ""
            sql = type == "view" ? nil : row["sql"]
        }

        static func all(_ db: Database) throws -> Set<Item> {
            try fetchSet(
                db,
                sql: """
                    SELECT CAST(type AS TEXT) AS type, CAST(name AS TEXT) AS name,
                      CAST(tbl_name AS TEXT) AS tbl_name, CAST(sql AS TEXT) AS sql
                    FROM sqlite_master
                    """)
        }
    }

    /// - Throws: `StoreError` that names foreign items, or says that a newer version wrote the
    ///   file.
    func check(_ db: Database) throws {
        let found = try Item.all(db).filter { !Self.isStatistic($0) }
        if found.isEmpty { return }
        let versions = try Self.versions.get()
        guard let record = versions.first, record.isSubset(of: found) else {
            throw StoreError("\(path): is no store of ft-mmlu; name another file by --store")
        }
        let names = try String.fetchAll(
            db,
            sql: "SELECT coalesce(CAST(identifier AS TEXT), '') FROM grdb_migrations LIMIT 1000")
        guard Set(names).isSubset(of: Schema.migrator.migrations) else {
            throw StoreError(
                "\(path): was written by a newer version of ft-mmlu, which added what this one does "
                    + "not know; use that version, or name another file by --store")
        }
        if versions.contains(found) { return }
        let differences = versions.map { $0.symmetricDifference(found) }
        let nearest = differences.min { $0.count < $1.count } ?? []
        if let strange = nearest.intersection(found).sorted().first {
            throw StoreError(
                "\(path): has the \(strange.type) '\(strange.name.prefix(80))', which is not as "
                    + "ft-mmlu makes it; a store without it is needed: remove it (sqlite3 FILE "
                    + "'DROP …'), or name another file by --store")
        }
        throw StoreError(
            "\(path): lacks a table, an index or a view that ft-mmlu makes: "
                + nearest.sorted().map(\.name).joined(separator: ", ")
                + "; name another file by --store")
    }

    /// The items of the migrations, before the first and after each.
    private static let versions = Result { try madeVersions() }

    private static func madeVersions() throws -> [Set<Item>] {
        let made = try DatabaseQueue()
        let migrator = Schema.migrator
        var versions: [Set<Item>] = []
        for migration in migrator.migrations {
            try migrator.migrate(made, upTo: migration)
            let all = try made.read(Item.all)
            if versions.isEmpty { versions.append(all.filter { $0.table == "grdb_migrations" }) }
            versions.append(all)
        }
        return versions
    }

    /// Whether it is the table that `ANALYZE` makes.
    private static func isStatistic(_ item: Item) -> Bool {
        item.type == "table" && item.name == "sqlite_stat1"
            && item.sql == "CREATE TABLE sqlite_stat1(tbl,idx,stat)"
    }
}

extension SchemaCheck.Item: Comparable {
    static func < (one: Self, other: Self) -> Bool {
        (one.type, one.name) < (other.type, other.name)
    }
}
