import CommandLanguage
import Foundation

struct ExistsCommand: Command {
    let declaration = CommandDeclaration(
        "exists", "Whether there is such a file, so that a script can go on where it stopped", topic: .files,
        parameters: [.argument("file", .path, "a path, from the working directory")],
        examples: ["if not (exists \"Plots/results.json\") { print \"nothing yet\" }"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        .boolean(FileManager.default.fileExists(atPath: arguments.string("file")))
    }
}
