import CommandLanguage
import Figures
import Results

/// What the user may say of a picture.
struct PlotOptions {
    var title: String?
    /// Unit of time.
    var unit: String?
    /// Where the time axis ends.
    var horizon: Double?
    /// Under the time axis; nil for what the kind has by itself.
    var chosenTable: RiskTable?
    /// Nil for the width that suits the kind.
    var width: Figure.Width?
    /// Group per patient of the value, nil where missing; nil when none was asked for.
    var groups: [String?]?
    /// The groups in their order.
    var groupNames: [String]?
    /// Whether the modalities of a patient are joined by lines.
    var joinsPatients = false
    /// What a second row of panels is coloured by.
    var coloring: EmbeddingFigure.Coloring?
    /// Whether a comparison is drawn as differences from the first.
    var drawsDifferences = false

    var table: RiskTable { chosenTable ?? .atrisk }
}

extension PlotOptions {
    /// The options of `plot` and `panel`.
    static let declared: [Parameter] = [
        .option("title", .string, "a heading"),
        .option("unit", .string, "unit of time, such as \"months\", for the axis of curves"),
        .option(
            "horizon", .number(0...1e300),
            "where the time axis ends, before few patients are left; tests and medians stay those of all follow-up"),
        .option(
            "table", .word(choices: RiskTable.allCases.map(\.rawValue)),
            "under the time axis: who is at risk (if left out), extended by those censored and with the event, or none"),
        .option("by", .formula, "of a map: a group per patient, told apart by shape"),
        .option("join", .boolean, default: "false", "of a map: join the modalities of each patient"),
        .option(
            "color", .formula,
            "of a map: a second row of panels in which colour is this, groups or a number per patient"),
        .option(
            "bars", .boolean, default: "false",
            "of a comparison, such as of models with a part taken out: how far each is from the first"),
    ]

    /// Reads them for the value that is drawn.
    ///
    /// - Throws: a `Diagnostic` for an option that is not for such a value.
    init(_ arguments: Arguments, of drawable: any Drawable) throws {
        for option in ["by", "join", "color"] where arguments.has(option) && !(drawable is MapObject) {
            throw arguments.error(at: option, "\(option)= is for maps of tsne", help: "km has a by= of its own")
        }
        if arguments.has("unit"), !drawable.hasAxis(\.isOverTime) {
            throw arguments.error(at: "unit", "unit= is for curves over time")
        }
        for option in ["horizon", "table"] where arguments.has(option) && !drawable.hasAxis(\.hasTable) {
            throw arguments.error(
                at: option, "\(option)= is for curves of km, aft, curves and cumulativeincidence")
        }
        title = arguments.optionalString("title")
        unit = arguments.optionalString("unit")
        horizon = arguments.optionalNumber("horizon")
        if let horizon, horizon <= 0 {
            throw arguments.error(at: "horizon", "a time axis ends at a time above 0, not at \(formatNumber(horizon))")
        }
        chosenTable = arguments.optionalWord("table").flatMap(RiskTable.init)
        if let formula = arguments.formula("by"), let columns = drawable.columns as? TableColumns {
            let grouping = try Grouping(formula, over: columns)
            (groups, groupNames) = (grouping.names(ofRows: columns.rowCount), grouping.names)
        }
        joinsPatients = arguments.boolean("join")
        if let formula = arguments.formula("color"), let columns = drawable.columns as? TableColumns {
            coloring = try EmbeddingFigure.Coloring(formula, columns)
        }
        if arguments.has("bars"), !(drawable is ComparisonObject) {
            throw arguments.error(at: "bars", "bars= is for comparisons of models")
        }
        drawsDifferences = arguments.boolean("bars")
    }

    /// These options where they were given, else the others: a panel's before its page's.
    func before(_ others: PlotOptions) -> PlotOptions {
        var merged = self
        merged.unit = unit ?? others.unit
        merged.horizon = horizon ?? others.horizon
        merged.chosenTable = chosenTable ?? others.chosenTable
        merged.width = width ?? others.width
        merged.title = title ?? others.title
        return merged
    }
}

extension Drawable {
    /// Whether the kind of the value, or of any panel of it, has a property.
    func hasAxis(_ property: (DrawableKind) -> Bool) -> Bool {
        switch self {
        case let panel as PanelObject: panel.content.hasAxis(property)
        case let page as PageObject: page.rows.joined().contains { $0.hasAxis(property) }
        default: DrawableKind.all.contains { $0.type == type(of: self) && property($0) }
        }
    }
}

extension EmbeddingFigure.Coloring {
    /// Numbers of more than so many values get a scale, fewer are groups.
    private static let mostGroups = 6

    fileprivate init(_ formula: Formula, _ columns: TableColumns) throws {
        let column = try formula.column(over: columns)
        if case .numbers(let values) = column, Set(values.filter { !$0.isNaN }).count > Self.mostGroups {
            guard values.allSatisfy({ !$0.isInfinite }) else {
                throw formula.error("\(formula.text) is infinite for a patient; colours show finite numbers")
            }
            self.init(name: formula.text, values: .numbers(values))
            return
        }
        let grouping = try Grouping(formula, over: columns)
        self.init(
            name: formula.text, values: .groups(grouping.names(ofRows: columns.rowCount), order: grouping.names))
    }
}
