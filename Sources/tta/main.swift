import ArgumentParser
import CommandLanguage
import Commands

let program: any ParsableCommand
do {
    program = try TtaProgram.parseAsRoot()
} catch {
    let text = TtaProgram.fullMessage(for: error)
    let isFine = TtaProgram.exitCode(for: error) == .success
    writeLine(text, to: isFine ? standardOutput : standardError)
    quit(isFine ? .fine : .wrongUsage)
}

let session = Session(commands: CommandRegistry(standardCommands))
switch program {
case let program as RunScript: quit(session.run(path: program.file, program.options))
case let program as CheckScripts: quit(session.check(paths: program.files))
case let program as FixScript: quit(session.fix(path: program.file))
case let program as FormatScripts: quit(session.format(paths: program.files, onlyCheck: program.check))
case let program as WriteReference:
    writeLine(program.text(of: session.commands), to: standardOutput, newline: false)
    quit(.fine)
case let program as RunStatements:
    if let statements = program.statements {
        quit(session.run(SourceFile(name: "-c", text: statements), program.options))
    }
    quit(isTerminal(standardInput) ? session.prompt(program.options) : session.runStandardInput(program.options))
default:
    // ArgumentParser's own: --help, or `help` with words that may be the language's.
    if let words = TtaProgram.helpOfTheLanguage(CommandLine.arguments) { quit(session.help(on: words)) }
    var helper = program
    do {
        try helper.run()
    } catch {
        writeLine(TtaProgram.fullMessage(for: error), to: standardOutput)
    }
    quit(.fine)
}
