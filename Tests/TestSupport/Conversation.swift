import Foundation
import Tokenization

/// Chat formats that write the same texts as Qwen2.5's own templates, without tools.
public enum Conversation {
    public static func qwen25Base() throws -> ChatFormat {
        try format(system: "You are a helpful assistant.")
    }

    public static func qwen25Instruct() throws -> ChatFormat {
        try format(
            system: "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.")
    }

    private static func format(system: String) throws -> ChatFormat {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "ft-mmlu-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let template = """
            {%- if messages[0].role != 'system' %}
            {{- '<|im_start|>system\\n\(system)<|im_end|>\\n' }}
            {%- endif %}
            {%- for message in messages %}
            {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
            {%- endfor %}
            {{- '<|im_start|>assistant\\n' if add_generation_prompt }}
            """
        try Data(template.utf8).write(to: folder.appending(path: "chat_template.jinja"))
        guard let format = try ChatFormat.of(folder: folder, named: nil) else {
            throw CocoaError(.fileReadNoSuchFile)
        }
        return format
    }
}
