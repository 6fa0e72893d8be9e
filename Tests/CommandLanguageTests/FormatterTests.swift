import Foundation
import Testing

@testable import CommandLanguage

@Suite("Canonical layout") struct FormatterTests {
    private func formatted(_ text: String) throws -> String {
        try ScriptFormatter.format(SourceFile(name: "test", text: text), commands: CommandRegistry(sampleCommands))
    }

    /// The tokens without the separators that a layout may add or take away.
    private func tokens(_ text: String) -> [String] {
        let file = SourceFile(name: "", text: text)
        var lexer = Lexer(file: file)
        lexer.run()
        return lexer.tokens.filter { $0.kind != .separator && $0.kind != .end }.map { file.slice($0.lower, $0.upper) }
    }

    private func comments(_ text: String) -> [String] {
        tokensAndGaps(text).flatMap { gap in
            gap.split(whereSeparator: \.isNewline).compactMap { line in
                line.firstIndex(of: "#").map { line[$0...].trimmingCharacters(in: .whitespaces) }
            }
        }
    }

    private func tokensAndGaps(_ text: String) -> [String] {
        let file = SourceFile(name: "", text: text)
        var lexer = Lexer(file: file)
        lexer.run()
        var end = 0
        return lexer.tokens.map { token in
            defer { end = token.upper }
            return token.kind == .separator ? file.slice(end, token.upper) : file.slice(end, token.lower)
        }
    }

    @Test func keepsOneSpaceWhereTheLanguageWantsOne() throws {
        #expect(try formatted("x=1+2 *3") == "x = 1 + 2 * 3\n")
        #expect(try formatted("x  =  - 3 ^ 2") == "x = -3^2\n")
        #expect(try formatted("y=[ 1 ,2,3 ][ 2 ]") == "y = [1, 2, 3][2]\n")
        #expect(try formatted("tune   rate=0.1    steps=3") == "tune rate=0.1 steps=3\n")
        #expect(
            try formatted("p=people;each   p by=( age>60 and not dead )")
                == "p = people\neach p by=(age > 60 and not dead)\n")
        #expect(try formatted("print 1..3,-2 , 2-1") == "print 1..3, -2, 2 - 1\n")
        #expect(
            try formatted("fit (people) ~age+factor( stage )+(age^2)+age : factor(stage)")
                == "fit (people) ~ age + factor(stage) + (age^2) + age:factor(stage)\n")
        #expect(try formatted("f(a ,b = 1)") == "f(a, b=1)\n")
        #expect(try formatted("def f( a,b=1 ){return a-b}") == "def f(a, b=1) {\n    return a - b\n}\n")
        #expect(try formatted("print 1 if(true)else 2") == "print 1 if (true) else 2\n")
        #expect(try formatted("x = [1,2]\nprint x[ 1 ],_.a") == "x = [1, 2]\nprint x[1], _.a\n")
    }

    @Test func givesEveryStatementALineAndEveryBlockAnIndent() throws {
        #expect(
            try formatted("for i in 1..3 { print i; if i>1 { print 2 } else { print 3 } }") == """
                for i in 1..3 {
                    print i
                    if i > 1 {
                        print 2
                    } else {
                        print 3
                    }
                }

                """)
        #expect(try formatted("if true { }") == "if true {}\n")
        #expect(try formatted("if true {\n\n  # nothing yet\n}") == "if true {\n    # nothing yet\n}\n")
    }

    @Test func keepsCommentsWhereTheyBelong() throws {
        #expect(
            try formatted(
                """
                #!/usr/bin/env tta


                x=1 # one
                yy = 2    # two
                  # alone
                #%% Cell
                # text


                for i in x..yy { # loop
                      # inside
                  print i }   # after
                # end
                """) == """
                    #!/usr/bin/env tta

                    x = 1   # one
                    yy = 2  # two
                    # alone

                    #%% Cell
                    # text

                    for i in x..yy {  # loop
                        # inside
                        print i
                    }  # after
                    # end

                    """)
    }

    @Test func leavesBreaksInsideBracketsWhereTheyAre() throws {
        #expect(
            try formatted("x = [1,  # first\n2,\n   # more\n3\n]\ntune rate=0.1 \\\n steps=3 \\\n  batch=all") == """
                x = [1,  # first
                    2,
                    # more
                    3
                ]
                tune rate=0.1 \\
                    steps=3 \\
                    batch=all

                """)
        #expect(try formatted("f(\na,\n[1,\n2])") == "f(\n    a,\n    [1,\n        2])\n")
    }

    @Test func anEmptyScriptIsEmpty() throws {
        #expect(try formatted(" \n\n") == "")
        #expect(try formatted("\n# only this") == "# only this\n")
    }

    @Test func aScriptThatCannotBeReadIsRefused() {
        #expect(throws: DiagnosticList.self) { try formatted("x = (1") }
    }

    /// Every script of the tests and of the program that can be read.
    @Test func changesNoTokenAndNoCommentAndNothingTwice() throws {
        var count = 0
        for file in LanguageFile.all {
            let text = try String(contentsOfFile: file.path, encoding: .utf8)
            guard let once = try? formatted(text) else { continue }
            count += 1
            #expect(try formatted(once) == once, "\(file.name)")
            #expect(tokens(once) == tokens(text), "\(file.name)")
            #expect(comments(once) == comments(text), "\(file.name)")
        }
        #expect(count > 60)
    }

    /// An operator within a string spaces nothing outside it.
    @Test func stringsEndWhereTheyEnd() throws {
        #expect(try formatted("x = 1\nprint \"a{x+1}b\", 2") == "x = 1\nprint \"a{x+1}b\", 2\n")
    }
}
