import CommandLanguage
import Foundation

struct SubfoldersCommand: Command {
    let declaration = CommandDeclaration(
        "subfolders", "The folders within a folder, by name, to go through in a for loop", topic: .cohorts,
        parameters: [
            .argument("path", .path, "the folder"),
            .option("holding", .string, "only those that hold a file of this name"),
        ],
        examples: ["for name in (subfolders \"Scripts\") { print name }"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let path = arguments.string("path")
        let files = FileManager.default
        guard let names = try? files.contentsOfDirectory(atPath: path) else {
            throw arguments.error(
                at: "path", "there is no folder \(path), or it cannot be read", help: "check the path")
        }
        let wanted = arguments.optionalString("holding")
        let found = names.sorted().filter { name in
            var isFolder: ObjCBool = false
            let exists = files.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
            return exists && isFolder.boolValue
                && (wanted.map { files.fileExists(atPath: "\(path)/\(name)/\($0)") } ?? true)
        }
        guard !found.isEmpty else {
            throw arguments.error(
                at: "path", "\(path) has no folder" + (wanted.map { " that holds \($0)" } ?? ""), help: "check the path"
            )
        }
        return .list(found.map(Value.string))
    }
}
