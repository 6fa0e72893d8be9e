import CommandLanguage

/// A session over the sample commands that remembers what it said.
struct TestSession {
    let console = RecordingConsole()
    let commands: CommandRegistry
    let interpreter: Interpreter

    init(_ words: [any Command] = sampleCommands) {
        commands = CommandRegistry(words)
        interpreter = Interpreter(context: Context(commands: commands, console: console))
    }

    /// Runs the text without the check that comes before, as far as it goes; the error, if one stopped it.
    @discardableResult
    func run(_ text: String) -> (any Error)? {
        let script = Script.load(SourceFile(name: "test", text: text), commands: commands).script
        do {
            try interpreter.run(script)
            return nil
        } catch {
            return error
        }
    }

    /// What the check says of the text: `line:column message`.
    func check(_ text: String) -> [String] {
        let file = SourceFile(name: "test", text: text)
        return Script.load(file, commands: commands, variables: interpreter.context.variables).diagnostics.map {
            let position = file.position(at: $0.range.lower)
            return "\(position.line):\(position.column) \($0.message)"
        }
    }
}
