import CommandLanguage

/// Every command of the program, in the order of `help`.
public let standardCommands: [any Command] =
    [
        CohortCommand(), JoinCommand(), AttachCommand(), FoldsCommand(), SimulateCommand(), SubfoldersCommand(),
        SubsetCommand(),
        ModelCommand(), TrainCommand(), PredictCommand(), CrossValidateCommand(),
        ConcordanceCommand(), KaplanMeierCommand(), NelsonAalenCommand(), RestrictedMeanCommand(), FollowUpCommand(),
        LogRankCommand(), PairwiseCommand(), CoxCommand(), NestedRegressionsCommand(), ProportionalHazardsCommand(),
        ResidualsCommand(), BaselineCommand(), PredictedCurvesCommand(),
        CoxnetCommand(),
        QuantilesCommand(), StatusCountsCommand(),
        UnoCommand(), DynamicAUCCommand(),
        BrierCommand(), IntegratedBrierCommand(),
        CumulativeIncidenceCommand(), FineGrayCommand(), AcceleratedCommand(),
        AntoliniCommand(), CalibrationCommand(), WithholdCommand(),
        PerturbCommand(),
        CompareCommand(), BootstrapCommand(), CutpointCommand(), DescriptiveTableCommand(),
        EmbeddingsCommand(), TSNECommand(), QualityCommand(),
        SaliencyCommand(), PrototypesCommand(), ProbeCommand(),
        PlotCommand(), FigureCommand(), PanelCommand(), ScatterCommand(), HistogramCommand(), BoxCommand(),
        HeatMapCommand(), SlideCommand(),
        SaveCommand(), LoadCommand(), ExistsCommand(), TableCommand(), RowCommand(),
        ShowCommand(), HeadCommand(), FilterCommand(), DeriveCommand(), SortCommand(), CountCommand(),
        SummarizeCommand(), CorrelateCommand(), CrosstabCommand(),
    ] + generalCommands

/// The commands that know nothing of survival.
let generalCommands: [any Command] = [
    PrintCommand(), DescribeCommand(), VariablesCommand(), SettingsCommand(), TimingCommand(), HistoryCommand(),
    SessionCommand(), HelpCommand(), ExampleCommand(),
]
