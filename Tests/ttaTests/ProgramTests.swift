import Foundation
import Testing

@Suite struct ProgramTests {
    private func with(_ body: (BuiltProgram) throws -> Void) throws {
        let program = try BuiltProgram()
        defer { program.remove() }
        try body(program)
    }

    @Test func aOneLinerPrints() throws {
        try with { program in
            let run = try program.run("-c", "print 1 + 1; x = 3; x")
            #expect(run.output == "2\n3\n" && run.errors.isEmpty && run.status == 0)
            let parts = try program.run("-c", "x = 3", "-c", "print x + 1")
            #expect(parts.output == "4\n" && parts.errors.isEmpty && parts.status == 0)
        }
    }

    @Test func aFailedStatementIsStatusOneAndKeepsWhatWasShown() throws {
        try with { program in
            let run = try program.run("-c", "print 1; x = [1][2]; print 3")
            #expect(run.output == "1\n" && run.status == 1)
            #expect(run.errors.hasPrefix("-c:1:18: error: the index must be a whole number from 1 to 1, not 2\n"))
        }
    }

    @Test func aScriptIsCheckedWholeBeforeItRuns() throws {
        try with { program in
            let path = try program.write("print 1\nprint zz\nprnt 3\n", to: "a.tta")
            let run = try program.run("run", path)
            #expect(run.output.isEmpty && run.status == 1)
            #expect(run.errors.contains("a.tta:2:7: error: there is no variable `zz`"))
            #expect(run.errors.contains("a.tta:3:1: error: there is no command `prnt`"))
        }
    }

    @Test func checkRunsNothing() throws {
        try with { program in
            let path = try program.write("print 1\nassert false\n", to: "a.tta")
            let run = try program.run("check", path)
            #expect(run.output.isEmpty && run.errors.isEmpty && run.status == 0)
        }
    }

    @Test func wrongUsageIsStatusTwo() throws {
        try with { program in
            let path = try program.write("parameter epochs = 20\nprint epochs\n", to: "a.tta")
            #expect(try program.run("bogus").status == 2)
            #expect(try program.run("run").status == 2)
            #expect(try program.run("run", path, "--output", "xml").status == 2)
            #expect(try program.run("--set", "a=1").status == 2)
            let missing = try program.run("run", "nowhere.tta")
            #expect(
                missing.errors == "error: cannot read \"nowhere.tta\": there is no such file\n" && missing.status == 2)
            let unknown = try program.run("run", path, "--set", "epoch=3")
            #expect(unknown.status == 2 && unknown.output.isEmpty)
            #expect(unknown.errors.contains("has no parameter `epoch`") && unknown.errors.contains("  epochs = 20"))
            #expect(try program.run("run", path, "--set", "epochs=many").status == 2)
            #expect(try program.run("run", path, "--set", "epochs=3").output == "3\n")
        }
    }

    @Test func versionAndHelp() throws {
        try with { program in
            #expect(try program.run("--version").output == "tta 0.1.0\n")
            let help = try program.run("--help")
            #expect(help.output.contains("USAGE: tta") && help.status == 0)
            #expect(try program.run("help").output == help.output)
            #expect(try program.run("help", "run").output.hasPrefix("OVERVIEW: Run a script"))
            let ofTheLanguage = try program.run("help", "cox")
            #expect(ofTheLanguage.output == (try program.run("-c", "help cox").output) && ofTheLanguage.status == 0)
            let unknown = try program.run("help", "nothing")
            #expect(unknown.status == 1 && unknown.errors.contains("there is no help on `nothing`"))
        }
    }

    @Test func wordsThatAreNoSubcommandAreAnswered() throws {
        try with { program in
            for (run, answer) in [
                (try program.run("a.tta"), "`tta run a.tta`"), (try program.run("cox", "data"), "`tta -c 'cox …'`"),
                (try program.run("-c", "print", "1"), "-c 'print 1 …'"),
            ] {
                #expect(run.status == 2 && run.output.isEmpty && run.errors.contains(answer), "\(run.errors)")
            }
        }
    }

    @Test func jsonIsAlone() throws {
        try with { program in
            let run = try program.run("-c", "print 1/3; settings; x = 2", "--output", "json")
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 2 && lines[0] == "{\"value\":0.3333333333333333}" && run.errors.isEmpty)
            let object = try JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any]
            #expect(object?["seed"] as? Int == 1 && object?["output"] as? String == "json")
        }
    }

    @Test func standardInputIsAScript() throws {
        try with { program in
            let run = try program.run(input: "x = 2\nfor i in 1..2 {\n  print i * x\n}\n")
            #expect(run.output == "2\n4\n" && run.errors.isEmpty && run.status == 0)
        }
    }

    @Test func includesStartFromTheIncludingFile() throws {
        try with { program in
            let parts = program.folder.appendingPathComponent("parts")
            try FileManager.default.createDirectory(at: parts, withIntermediateDirectories: true)
            _ = try program.write("include \"b.tta\"\n", to: "parts/a.tta")
            _ = try program.write("parameter n = 1\nprint n\n", to: "parts/b.tta")
            let path = try program.write("include \"parts/a.tta\"\n", to: "main.tta")
            #expect(try program.run("run", path, "--set", "n=7").output == "7\n")
        }
    }

    @Test func aReaderThatLeavesIsNoError() throws {
        try with { program in
            let process = program.process(["-c", "for i in 1..1000000 { print i }"])
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = try program.handle("errors")
            process.standardInput = FileHandle.nullDevice
            try process.run()
            _ = pipe.fileHandleForReading.readData(ofLength: 2)
            try pipe.fileHandleForReading.close()
            process.waitUntilExit()
            #expect(try program.text("errors").isEmpty)
            #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGPIPE)
        }
    }

    @Test func anInterruptedScriptIsStatus130() throws {
        try with { program in
            let process = program.process(["-c", "print 1; for i in 1..1000000000 { x = i }"])
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try program.handle("output")
            process.standardError = try program.handle("errors")
            try process.run()
            while try program.text("output").isEmpty, process.isRunning { usleep(10_000) }
            process.interrupt()
            process.waitUntilExit()
            let run = try program.outcome(of: process)
            #expect(run.status == 130 && !run.wasKilled && run.output == "1\n" && run.errors == "interrupted\n")
        }
    }

    @Test func theReferenceHasEveryCommand() throws {
        try with { program in
            let run = try program.run("reference")
            for word in ["print", "settings", "help", "describe", "vars"] {
                #expect(run.output.contains("### \(word)\n"))
            }
            #expect(run.status == 0)
        }
    }

    @Test func fmtGivesTheCanonicalLayout() throws {
        try with { program in
            let path = try program.write("x=1;print x", to: "a.tta")
            let check = try program.run("fmt", "--check", path)
            #expect(check.status == 1)
            #expect(check.errors == "\(path) is not in canonical layout\n")
            #expect(try program.run("fmt", path).status == 0)
            #expect(try program.text("a.tta") == "x = 1\nprint x\n")
            #expect(try program.run("fmt", "--check", path).status == 0)
            #expect(try program.run("fmt", "-", input: "x=(2)").output == "x = (2)\n")
            let broken = try program.write("x = (", to: "b.tta")
            #expect(try program.run("fmt", broken).status == 1)
            #expect(try program.text("b.tta") == "x = (")
        }
    }

    @Test func fixPutsRightWhatItCan() throws {
        try with { program in
            let path = try program.write("prnt 1\nprint quux\n", to: "a.tta")
            let outcome = try program.run("fix", path)
            #expect(outcome.status == 1)
            #expect(outcome.errors.hasPrefix("\(path):1:1: fixed: there is no command `prnt`\n"))
            #expect(outcome.errors.contains("there is no variable `quux`"))
            #expect(try program.text("a.tta") == "print 1\nprint quux\n")
        }
    }

    /// Results that cannot be written are no success.
    @Test func aFullDiskIsSaid() throws {
        try with { program in
            let process = program.process(["-c", "print 1"])
            let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
            process.standardOutput = full
            process.standardError = try program.handle("errors")
            _ = try program.handle("output")
            try process.run()
            process.waitUntilExit()
            let outcome = try program.outcome(of: process)
            #expect(outcome.status == 1)
            #expect(outcome.errors == "tta: error: cannot write to standard output: No space left on device\n")
        }
    }

    /// The same bytes however many folds are trained at once, at equal threads of each. In processes of their own, since the
    /// number of threads is one for all that a process trains.
    @Test func resultsDoNotDependOnHowManyFoldsRunAtOnce() throws {
        try with { program in
            for threads in [1, 2] {
                let saved = try [1, 2].map { workers in
                    let path = program.folder.appendingPathComponent("cv-\(threads)-\(workers).json").path
                    let run = try program.run(
                        "-c",
                        """
                        s = simulate patients=40 patches=20 features=8 sets=6 genes=4 seed=1
                        folds s k=2 seed=5
                        cv = crossvalidate (model tta dim=8 prototypes=4) on=s epochs=2 batch=10 seed=7 \
                        workers=\(workers) threads=\(threads)
                        save cv "\(path)"
                        """)
                    #expect(run.status == 0, "\(run.errors)")
                    return try Data(contentsOf: URL(fileURLWithPath: path))
                }
                #expect(saved[0] == saved[1] && saved[0].count > 1000)
            }
        }
    }

    /// A path that begins with ~ is in the user's home, wherever it is used.
    @Test func homeIsMeantEverywhere() throws {
        try with { program in
            let run = try program.run(
                "-c", "t = table [\"a\"]; row t [1]; save t \"~/t.json\"; (load \"~/t.json\").rows; exists \"~/t.json\""
            )
            #expect(run.status == 0 && run.output.hasSuffix("true\n"), "\(run.output)\(run.errors)")
            #expect(FileManager.default.fileExists(atPath: program.folder.appendingPathComponent("t.json").path))
        }
    }

    /// `tta run <(make-a-script)`
    @Test func scriptsComeFromPipes() throws {
        try with { program in
            let process = program.process(["run", "/dev/stdin"])
            let pipe = Pipe()
            process.standardInput = pipe
            process.standardOutput = try program.handle("output")
            process.standardError = try program.handle("errors")
            try process.run()
            pipe.fileHandleForWriting.write(Data("print 1 + 1\n".utf8))
            try pipe.fileHandleForWriting.close()
            process.waitUntilExit()
            let outcome = try program.outcome(of: process)
            #expect(outcome.output == "2\n" && outcome.status == 0, "\(outcome.errors)")
        }
    }
}
