import Foundation
import Testing

/// What `Scripts/editors/write` generates from the table of commands is what the program would write now.
@Suite struct GeneratedFileTests {
    @Test(arguments: [
        ("markdown", "docs/reference.md"), ("man", "docs/tta.1"),
        ("textmate", "Scripts/editors/vscode/syntaxes/tta.tmLanguage.json"),
        ("vscode", "Scripts/editors/vscode/package.json"),
        ("vscode-configuration", "Scripts/editors/vscode/language-configuration.json"),
        ("vim", "Scripts/editors/vim/syntax/tta.vim"), ("bash", "Scripts/editors/completions/tta.bash"),
        ("zsh", "Scripts/editors/completions/_tta"), ("fish", "Scripts/editors/completions/tta.fish"),
    ])
    func isOfThisProgram(_ format: String, _ path: String) throws {
        let checkout = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let program = try BuiltProgram()
        defer { program.remove() }
        let run = try program.run("reference", "--format", format)
        #expect(run.status == 0 && run.errors.isEmpty)
        let file = try String(contentsOf: checkout.appendingPathComponent(path), encoding: .utf8)
        #expect(run.output == file, "run: Scripts/editors/write")
        if path.hasSuffix(".json") { _ = try JSONSerialization.jsonObject(with: Data(file.utf8)) }
    }
}
