/// A kind of value that `plot` draws.
struct DrawableKind {
    let type: any Drawable.Type
    /// As help names it.
    let what: String
    /// True where the horizontal axis is time, whose unit can be told.
    var isOverTime = false
    /// True where patients can be counted under the axis, and the axis can end early.
    var hasTable = false

    static var all: [DrawableKind] {
        [
            DrawableKind(type: CurvesObject.self, what: "curves of km", isOverTime: true, hasTable: true),
            DrawableKind(type: CumulativeHazardsObject.self, what: "hazards of nelsonaalen", isOverTime: true),
            DrawableKind(type: IncidenceObject.self, what: "cumulative incidences", isOverTime: true, hasTable: true),
            DrawableKind(type: CoxObject.self, what: "hazard ratios of cox"),
            DrawableKind(type: PredictedCurvesObject.self, what: "predicted curves", isOverTime: true, hasTable: true),
            DrawableKind(type: BaselineObject.self, what: "baseline hazards", isOverTime: true),
            DrawableKind(type: ResidualsObject.self, what: "residuals over time", isOverTime: true),
            DrawableKind(type: FineGrayObject.self, what: "models of finegray"),
            DrawableKind(type: AcceleratedObject.self, what: "the fit of aft", isOverTime: true, hasTable: true),
            DrawableKind(type: CutpointObject.self, what: "cut points"),
            DrawableKind(type: ConcordanceObject.self, what: "C-indices by fold"),
            DrawableKind(type: DynamicAUCObject.self, what: "auc over time", isOverTime: true),
            DrawableKind(type: BrierObject.self, what: "brier over time", isOverTime: true),
            DrawableKind(type: CalibrationObject.self, what: "calibration", isOverTime: true),
            DrawableKind(type: ComparisonObject.self, what: "comparisons of models"),
            DrawableKind(type: MapObject.self, what: "maps of tsne"),
            DrawableKind(type: PrototypesObject.self, what: "prototypes by group"),
            DrawableKind(type: HeatMapObject.self, what: "heat maps"),
            DrawableKind(type: SlideObject.self, what: "slides"),
            DrawableKind(type: WithheldObject.self, what: "what a missing modality costs"),
            DrawableKind(type: PerturbedObject.self, what: "what noise costs"),
            DrawableKind(type: ScatterObject.self, what: "scatter"),
            DrawableKind(type: HistogramObject.self, what: "histogram"),
            DrawableKind(type: BoxObject.self, what: "box"),
            DrawableKind(type: TrainedObject.self, what: "the losses of trained models"),
            DrawableKind(type: PredictionsObject.self, what: "the losses behind predictions"),
            DrawableKind(type: PanelObject.self, what: "panels with options of their own"),
            DrawableKind(type: PageObject.self, what: "pages of panels made by figure"),
        ]
    }
}
