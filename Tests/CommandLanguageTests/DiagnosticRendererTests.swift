import CommandLanguage
import Testing

@Suite struct DiagnosticRendererTests {
    private func rendered(_ text: String, colour: Bool = false) -> [String] {
        let file = SourceFile(name: "script.tta", text: text)
        let renderer = DiagnosticRenderer(hasColour: colour)
        return Script.load(file, commands: CommandRegistry(sampleCommands)).diagnostics.map(renderer.text)
    }

    @Test func showsTheLineACaretAndTheNearestName() {
        #expect(
            rendered("x = 1\n  tune stps=x") == [
                """
                script.tta:2:8: error: `tune` has no option `stps`
                      tune stps=x
                           ^~~~
                    did you mean `steps`?
                """
            ])
    }

    @Test func adviceIsFoldedBetweenWords() {
        let file = SourceFile(name: "script.tta", text: "while x { }")
        let diagnostics = Script.load(file, commands: CommandRegistry(sampleCommands)).diagnostics
        #expect(
            diagnostics.first.map(DiagnosticRenderer(hasColour: false, width: 40).text) == """
                script.tta:1:1: error: there is no
                command `while`
                    while x { }
                    ^~~~~
                    the loop of this language is `for
                    name in list { … }`
                """)
    }

    /// Colours take no columns: the lines are the same without them.
    @Test func messagesAreFoldedBetweenWords() throws {
        let file = SourceFile(name: "script.tta", text: "each p by=1-dead")
        let first = Script.load(file, commands: CommandRegistry(sampleCommands)).diagnostics.first
        let diagnostic = try #require(first)
        let lines = DiagnosticRenderer(hasColour: false, width: 45).text(diagnostic).split(separator: "\n")
        #expect(lines[0] == "script.tta:1:6: error: there is no variable")
        #expect(lines[1].hasPrefix("`p`"))
        let coloured = DiagnosticRenderer(hasColour: true, width: 45).text(diagnostic)
        #expect(coloured.hasPrefix("script.tta:1:6: \u{1B}[1;31merror:\u{1B}[0m there is no variable\n`p`"))
    }

    @Test func showsTheLineAsItCouldBeWritten() {
        #expect(
            rendered("p = people; each p by=1-dead") == [
                """
                script.tta:1:23: error: an expression as an argument stands in parentheses: `(1-dead)`
                    p = people; each p by=1-dead
                                          ^~~~~~
                    write: p = people; each p by=(1-dead)
                """
            ])
    }

    @Test func theCaretStandsUnderItsPlaceAfterTabsAndWideCharacters() {
        #expect(
            rendered("\tprint \"字\", zz")
                == ["script.tta:1:13: error: there is no variable `zz`\n    \tprint \"字\", zz\n    \t            ^~"])
    }

    @Test func aPlaceOverSeveralLinesIsMarkedOnItsFirst() {
        #expect(
            rendered("tune rate=[1,\n2]") == [
                """
                script.tta:1:11: error: `rate` must be a number above 0 and at most 1, not a list
                    tune rate=[1,
                              ^~~
                """
            ])
    }

    @Test func notesHaveTheirPlaces() {
        let session = TestSession()
        let error = session.run("def f(x) { return x[1] }\nf(3)") as? Diagnostic
        #expect(
            error.map(DiagnosticRenderer(hasColour: false).text) == """
                test:1:19: error: only a list can be indexed, not the number 3
                    def f(x) { return x[1] }
                                      ^
                test:2:1: note: in `f`, called here
                    f(3)
                    ^~~~
                """)
    }

    @Test func coloursOnlyWhereAsked() {
        #expect(rendered("zz")[0].contains("\u{1B}") == false)
        #expect(rendered("zz", colour: true)[0].contains("\u{1B}[1;31merror:\u{1B}[0m there is no variable `zz`"))
    }

    @Test func problemsHaveStableNames() {
        let ids = Script.load(
            SourceFile(name: "", text: "print 1)\ntune stps=1\nprint 1 < 2 < 3"),
            commands: CommandRegistry(sampleCommands)
        ).diagnostics.map(\.id)
        #expect(ids == ["unmatched-bracket", "unknown-option", "comparison-chain"])
    }

    /// Of a long line only what is near the place is shown.
    @Test func longLinesAreCut() throws {
        let text =
            "x = [" + String(repeating: "1, ", count: 5_000) + "quux, " + String(repeating: "2, ", count: 5_000) + "3]"
        let lines = try #require(rendered(text).first).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.count < 300 })
        #expect(lines[1].contains(" 1, quux, 2, "))
        #expect(lines[2].filter { $0 == "^" || $0 == "~" } == "^~~~")
        let caret = try #require(lines[2].firstIndex(of: "^"))
        let place = try #require(lines[1].range(of: "quux"))
        #expect(
            lines[2].distance(from: lines[2].startIndex, to: caret)
                == lines[1].distance(from: lines[1].startIndex, to: place.lowerBound))
    }
}
