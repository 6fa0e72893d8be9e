import CommandLanguage
import Foundation
import Testing

@testable import Commands

/// Columns are offered while the file that has them is named in the same statement.
@Suite struct ColumnCompletionTests {
    private func words(_ before: String, _ word: String) -> [String] {
        let completer = Completer(commands: CommandRegistry(standardCommands), variables: [])
        guard case .words(let words) = completer.complete(before: before, word: word) else { return ["<files>"] }
        return words
    }

    @Test func columnsOfTheFileThatACohortIsMadeOf() {
        let path = Bench.checkout.appendingPathComponent("Scripts/data/transbig_clinical.csv").path
        #expect(words("women = cohort \"\(path)\" time=", "ti") == ["time"])
        #expect(words("women = cohort \"\(path)\" time=(time / 365.25) event=event where=(", "g") == ["grade"])
        #expect(words("women = cohort \"\(path)x\" time=", "ti").isEmpty)
        #expect(words("women = cohort \"{path}\" time=", "ti").isEmpty)
    }
}
