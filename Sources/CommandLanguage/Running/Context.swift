/// What a command may use besides its arguments: the session's settings, its variables, and ways to speak.
///
/// Not for use from several threads at once.
public final class Context {
    public var settings: Settings
    public let commands: CommandRegistry
    let console: any Console
    var scopes: Scopes
    /// What was typed so far; nil where nobody types.
    public var journal: Journal?
    /// The value shown last, `_`.
    var lastDisplayed: Value?

    public init(commands: CommandRegistry, console: any Console, settings: Settings = Settings()) {
        self.commands = commands
        self.console = console
        self.settings = settings
        scopes = Scopes()
    }

    // MARK: Speaking

    /// True when somebody types at a prompt and sees the answer.
    public var isInteractive: Bool { console.isInteractive }

    /// True when output may be coloured.
    public var hasColour: Bool { console.hasColour }

    /// Something that is neither a result nor a note. Goes to standard error.
    public func tell(_ text: String) { console.tell(text) }

    /// Something worth knowing: patients left out, a file written. Goes to standard error.
    public func note(_ message: String) { console.tell(folded("note: \(message)")) }

    /// Something probably not meant. Goes to standard error.
    public func warn(_ message: String) { console.tell(folded("warning: \(message)")) }

    /// Where somebody reads along, lines end between words.
    private func folded(_ text: String) -> String {
        console.isInteractive ? wrapped(text, to: settings.width) : text
    }

    func tellTime(since start: ContinuousClock.Instant) {
        let time = (ContinuousClock.now - start) / .seconds(1)
        console.tell("time: \(formatFixed(time, decimals: 3)) s")
    }

    /// A warning or an error with its place in the script. Goes to standard error.
    public func report(_ diagnostic: Diagnostic) {
        let width = console.isInteractive ? settings.width : nil
        console.tell(DiagnosticRenderer(hasColour: console.hasColour, width: width).text(diagnostic))
    }

    /// How far a long command has come; drawn on a terminal only, and removed when the command ends.
    ///
    /// - Throws: `Interruption`, so that a long computation may call this alone.
    public func progress(_ label: String, fraction: Double, detail: String = "") throws {
        try checkInterruption()
        console.showProgress(ProgressBar(label: label, fraction: min(max(fraction, 0), 1), detail: detail))
    }

    /// - Throws: `Interruption` when the interrupt key was pressed since the last call.
    public func checkInterruption() throws {
        if console.takeInterruption() { throw Interruption() }
    }

    /// Shows a value on standard output: as text, or as one line of JSON.
    public func display(_ value: Value) { display([value]) }

    /// Shows values side by side, or below each other where one has several lines; in JSON, each on its own line.
    public func display(_ values: [Value]) {
        lastDisplayed = values.last ?? lastDisplayed
        switch settings.output {
        case .text:
            let texts = values.map { value in
                let text = value.text(width: settings.width)
                return console.isInteractive ? wrappedSentences(text, to: settings.width) : text
            }
            console.show(texts.joined(separator: texts.contains { $0.contains("\n") } ? "\n" : " "))
        case .json: for value in values { console.show(value.jsonObject.line) }
        }
    }

    // MARK: Apart from the session

    /// Runs a text with variables of its own; the session's stay as they are.
    public func runApart(_ text: String, named name: String) throws {
        let (script, _, diagnostics) = Script.load(SourceFile(name: name, text: text), commands: commands)
        if !diagnostics.isEmpty { throw DiagnosticList(diagnostics: diagnostics) }
        try Interpreter(context: Context(commands: commands, console: console, settings: settings)).run(script)
    }

    // MARK: Variables

    /// The variables that the running statement sees, by name.
    public var variables: [(name: String, value: Value)] { scopes.visible }
}
