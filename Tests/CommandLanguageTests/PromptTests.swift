import CommandLanguage
import Testing

/// What the prompt asks the language.
@Suite struct PromptTests {
    @Test(
        arguments: [
            ("print 1", nil), ("print (1", "("), ("x = [1,", "["), ("for i in 1..2 {", "{"),
            ("for i in 1..2 { i }", nil),
            ("x = 1 + \\", "\\"), ("x = 1 + \\\n", "\\"), ("x = 1 + \\\n 2", nil), ("\"(\"", nil), ("'(", nil),
            ("# (", nil), ("print 1)", nil), ("if true { print (1)\n} else {", "{"), ("", nil), ("f([{", "{"),
        ] as [(String, Character?)])
    func asksForAnotherLine(_ text: String, _ openEnd: Character?) {
        #expect(SourceText.openEnd(of: text) == openEnd)
    }

    @Test func aStatementFitsOneLineOfHistory() {
        #expect(SourceText.onOneLine("print   1  # one\n") == "print   1")
        #expect(
            SourceText.onOneLine("for i in 1..2 {\n  print i\n\n  # more\n  print 2\n}")
                == "for i in 1..2 { print i; print 2 }")
        #expect(SourceText.onOneLine("x = [1,\n  2]; y = 1 + \\\n  2") == "x = [1, 2]; y = 1 + 2")
        #expect(SourceText.onOneLine("# only a comment") == "")
        #expect(SourceText.onOneLine("print \"a # b\"") == "print \"a # b\"")
    }

    private let session: TestSession = {
        let session = TestSession()
        session.run("p = people; n = 3; name = \"x\"; def half(x) { return x / 2 }")
        return session
    }()

    private func complete(_ before: String, _ word: String) -> [String] {
        let completer = Completer(commands: session.commands, variables: session.interpreter.context.variables)
        guard case .words(let words) = completer.complete(before: before, word: word) else { return ["<files>"] }
        return words
    }

    @Test func beginsStatementsWithCommandsKeywordsAndVariables() {
        #expect(complete("", "p") == ["p", "parameter", "people", "pick", "print"])
        #expect(complete("x = ", "pe") == ["people"])
        #expect(complete("x = 1; ", "tu") == ["tune"])
        #expect(complete("for i in 1..2 { ", "tu") == ["tune"])
        #expect(complete("each (", "pe") == ["people"])
        #expect(complete("", "ha") == ["half("])
    }

    @Test func knowsArgumentsAndOptions() {
        #expect(complete("each ", "") == ["by=", "p"])
        #expect(complete("each p ", "") == ["by="])
        #expect(complete("tune ", "r") == ["rate=", "rho="])
        #expect(complete("tune rate=1 ", "r") == ["rho="])
        #expect(complete("tune schedule=", "") == ["alternate", "joint", "sequential"])
        #expect(complete("tune quiet=", "t") == ["true"])
        #expect(complete("tune batch=", "") == ["all", "n"])
        #expect(complete("tune steps=", "") == ["n"])
        #expect(
            complete("x = tune(steps=1) + 1; tune st", "") == [
                "batch=", "file=", "quiet=", "rate=", "rho=", "schedule=", "steps=",
            ])
    }

    @Test func offersColumnsOfTheFirstArgument() {
        #expect(complete("each p by=", "s") == ["sd(", "size", "sqrt(", "stage", "string(", "sum("])
        #expect(complete("each p by=(age > 3 and ", "st") == ["stage", "string("])
        #expect(complete("each p by=(median(", "ag") == ["age"])
        #expect(complete("pick p columns=[age, ", "") == ["`odd-name`", "age", "dead", "size", "stage"])
        #expect(complete("pick p id=", "a") == ["age"])
        #expect(complete("pick p id=`", "o") == ["odd-name`"])
        #expect(complete("fit p ~ age + ", "f") == ["factor(", "floor("])
        #expect(complete("fit p ~ factor(", "sta") == ["stage"])
    }

    @Test func offersMembersAndFiles() {
        #expect(complete("p.", "e") == ["extra"])
        #expect(complete("print p.", "pa") == ["patients"])
        #expect(complete("tune file=\"", "a") == ["<files>"])
        #expect(complete("include \"", "a") == ["<files>"])
        #expect(complete("print \"a\", ", "na") == ["name"])
    }
}
