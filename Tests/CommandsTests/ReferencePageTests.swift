import CommandLanguage
import Commands
import Foundation
import Testing

@Suite struct ReferencePageTests {
    /// The page in docs/ is what `tta reference` prints now.
    @Test func thePageIsOfThisProgram() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/reference.md"), encoding: .utf8)
        let now = ReferencePage(commands: CommandRegistry(standardCommands)).markdown
        #expect(page == now, "run: .build/release/tta reference > docs/reference.md")
    }
}
