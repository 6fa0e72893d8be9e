import CommandLanguage
import Commands
import Foundation
import Testing

/// The scripts that the project carries.
@Suite struct ScriptTests {
    private static let folder = Bench.checkout.appendingPathComponent("Scripts")
    private static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".tta") }.sorted()
    }()

    @Test func thereAreSome() { #expect(Self.names.contains("demo.tta") && Self.names.contains("tcga.tta")) }

    @Test(arguments: names) func passTheCheckAndAreInCanonicalLayout(_ name: String) throws {
        let file = try SourceFile(path: Self.folder.appendingPathComponent(name).path)
        let commands = CommandRegistry(standardCommands)
        #expect(Script.load(file, commands: commands).diagnostics.map(\.message) == [], "\(name)")
        #expect(try ScriptFormatter.format(file, commands: commands) == file.text, "\(name)")
    }

    /// Of a statement that failed, what it showed is not the last value.
    @Test func theLastValueIsOfWhatSucceeded() throws {
        let bench = try Bench()
        try bench.run("10")
        #expect(try bench.failure(of: "for i in 1..3 { i; assert i < 3 }") != nil)
        #expect(try bench.answer("_")["value"].number() == 10)
    }
}
