import Foundation
import Testing

/// What the tutorial says at the shell: files are written as the pages have them, and each line after `$ ` prints what
/// stands below it.
@Suite struct TutorialProgramTests {
    @Test func theShellSaysWhatThePageSays() throws {
        let checkout = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(
            contentsOf: checkout.appendingPathComponent("docs/tutorial/5-scripts.md"), encoding: .utf8)
        let program = try BuiltProgram()
        defer { program.remove() }
        try FileManager.default.createSymbolicLink(
            at: program.folder.appendingPathComponent("Scripts"),
            withDestinationURL: checkout.appendingPathComponent("Scripts"))
        try FileManager.default.createSymbolicLink(
            at: program.folder.appendingPathComponent("tta"), withDestinationURL: BuiltProgram.url)
        var fence: String?
        var file = ""
        var command: String?
        var expected = ""
        var count = 0
        func finish() throws {
            defer { (command, expected) = (nil, "") }
            guard let command else { return }
            count += 1
            let said = try shell(command, program)
            #expect(said == expected, "\(command) prints\n\(said)")
        }
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                try finish()
                if let name = fence?.split(separator: "=").last, fence?.contains("file=") == true {
                    _ = try program.write(file, to: String(name))
                }
                fence = fence == nil ? String(line.dropFirst(3)) : nil
                file = ""
            } else if fence == "sh", line.hasPrefix("$ ") {
                try finish()
                command = String(line.dropFirst(2))
            } else if command != nil {
                expected += line + "\n"
            } else if fence != nil {
                file += line + "\n"
            }
        }
        #expect(count == 5)
    }

    private func shell(_ command: String, _ program: BuiltProgram) throws -> String {
        let process = program.process([])
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "PATH=.:$PATH; exec 2>&1; \(command)"]
        process.standardInput = FileHandle.nullDevice
        let output = try program.handle("output")
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        return try program.text("output")
    }
}
