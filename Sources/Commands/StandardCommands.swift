import CommandLanguage

/// Every command of the program, in the order of `help`.
public let standardCommands: [any Command] =
    [
        CohortCommand(), JoinCommand(), AttachCommand(), FoldsCommand(), SimulateCommand(), SubfoldersCommand(),
        ModelCommand(), TrainCommand(), PredictCommand(), CrossValidateCommand(),
        ConcordanceCommand(), KaplanMeierCommand(), NelsonAalenCommand(), RestrictedMeanCommand(), FollowUpCommand(),
        LogRankCommand(), PairwiseCommand(), CoxCommand(), ProportionalHazardsCommand(),
        CoxnetCommand(),
        UnoCommand(), DynamicAUCCommand(),
        BrierCommand(), IntegratedBrierCommand(),
        EmbeddingsCommand(), TSNECommand(), QualityCommand(),
        PlotCommand(), SaveCommand(), LoadCommand(), TableCommand(), RowCommand(),
    ] + generalCommands

/// The commands that know nothing of survival.
let generalCommands: [any Command] = [
    PrintCommand(), DescribeCommand(), VariablesCommand(), SettingsCommand(), HelpCommand(),
]
