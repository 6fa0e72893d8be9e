import CommandLanguage
import Figures
import Torch

/// `settings`: shows the session's settings; `settings seed=7`: changes them.
struct SettingsCommand: Command {
    private static let standard = Settings()

    let declaration = CommandDeclaration(
        "settings", "Shows the session's settings, or changes those that are given", topic: .session,
        discussion: """
            Nothing else outside a command's own arguments changes what it computes or how it is shown. With device=cuda \
            the tensors of what is trained from then on live on the first GPU; random numbers are drawn as on the \
            processor. A model predicts on the device that it was trained on.
            """,
        parameters: [
            .option(
                "seed", .integer(0...Int.max), "seed of commands that are given none; \(standard.seed) at the start"),
            .option("device", .word(choices: Device.allCases.map(\.rawValue)), "where tensors are computed"),
            .option(
                "output", .word(choices: Settings.Output.allCases.map(\.rawValue)),
                "how values are shown: for people, or one JSON object a line"),
            .option(
                "timing", .boolean, "whether to tell the time that each statement took; `timing on` is short for it"),
            .option("width", .integer(40...1000), unit: "columns", "how wide tables may be"),
            .option(
                "theme", .word(choices: Theme.Look.allCases.map(\.rawValue)),
                "the look of figures that are given none: for print, a slide, or a dark slide"),
        ],
        result: SettingsValue.typeName, examples: ["settings", "settings seed=7 width=80"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        var isChanged = false
        if let seed = arguments.optionalInteger("seed") {
            context.settings.seed = seed
            isChanged = true
        }
        if let device = arguments.optionalWord("device").flatMap(Device.init) {
            try TorchRuntime.use(device)
            context.settings.device = device.rawValue
            isChanged = true
        }
        if let output = arguments.optionalWord("output").flatMap(Settings.Output.init) {
            context.settings.output = output
            isChanged = true
        }
        if arguments.has("timing") {
            context.settings.timing = arguments.boolean("timing")
            isChanged = true
        }
        if let width = arguments.optionalInteger("width") {
            context.settings.width = width
            isChanged = true
        }
        if let theme = arguments.optionalWord("theme") {
            context.settings.theme = theme
            isChanged = true
        }
        return isChanged ? nil : .object(SettingsValue(settings: context.settings))
    }
}

private struct SettingsValue: ObjectValue {
    static let typeName = "settings"
    let settings: Settings

    func text(width: Int) -> String {
        """
        seed    \(settings.seed)
        device  \(settings.device)
        output  \(settings.output.rawValue)
        timing  \(settings.timing ? "on" : "off")
        width   \(settings.width)
        theme   \(settings.theme)
        """
    }

    var json: JSON {
        .object([
            ("seed", .number(Double(settings.seed))), ("device", .string(settings.device)),
            ("output", .string(settings.output.rawValue)),
            ("timing", .boolean(settings.timing)), ("width", .number(Double(settings.width))),
            ("theme", .string(settings.theme)),
        ])
    }
}
