import CommandLanguage

/// Every command of the program, in the order of `help`.
public let standardCommands: [any Command] = generalCommands

/// The commands that know nothing of survival.
let generalCommands: [any Command] = [
    PrintCommand(), DescribeCommand(), VariablesCommand(), SettingsCommand(), HelpCommand(),
]
