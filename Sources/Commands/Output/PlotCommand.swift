import CommandLanguage
import Figures
import Foundation
import Projection
import Results

/// A value that can be drawn.
protocol Drawable: ObjectValue {
    func figure(_ options: PlotOptions) throws -> Figure
}

/// What the user may say of a picture.
struct PlotOptions {
    var title: String?
    /// Unit of time.
    var unit: String?
    /// Group per patient of the value, nil where missing; nil when none was asked for.
    var groups: [String?]?
    /// Whether the modalities of a patient are joined by lines.
    var joinsPatients: Bool
}

struct PlotCommand: Command {
    let declaration = CommandDeclaration(
        "plot", "Draws curves, maps, models and comparisons", topic: .files,
        discussion: """
            With `file` it writes a gnuplot script that stands for itself and the picture beside it; `gnuplot file.gp` \
            redraws it anywhere. Without, it draws in the terminal, as sixel graphics where the terminal says that it \
            can, else in text. What can be drawn: \(DrawableKind.all.map(\.what).joined(separator: ", ")).
            """,
        parameters: [
            .argument(
                "value", .object(DrawableKind.all.map { $0.type.typeName }), "what to draw"),
            .option("file", .string, "where to; an extension of svg, pdf or png chooses the format"),
            .option("format", .word(choices: Figure.Format.allCases.map(\.rawValue)), "svg when nothing else says so"),
            .option("title", .string, "a heading"),
            .option("unit", .string, "unit of time, such as \"months\", for the axis of curves"),
            .option("by", .formula, "of a map: a group per patient, told apart by shape"),
            .option("join", .boolean, default: "false", "of a map: join the modalities of each patient"),
        ],
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=(time / 365.25) event=event
            plot (km women by=er) file="Plots/er" unit="years"
            """
        ])

    /// Which values have columns to group by is told when the figure is made.
    func knownColumns(_ arguments: KnownArguments) -> KnownColumns { KnownColumns(inFormulas: nil, ofResult: nil) }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard case .object(let object) = arguments.value("value"), let drawable = object as? any Drawable else {
            preconditionFailure("the parameter allows what is drawable only")
        }
        for option in ["by", "join"] where arguments.has(option) && !(object is MapObject) {
            throw arguments.error(at: option, "\(option)= is for maps of tsne", help: "km has a by= of its own")
        }
        let isOverTime = DrawableKind.all.contains { $0.isOverTime && $0.type == type(of: object) }
        if arguments.has("unit"), !isOverTime {
            throw arguments.error(at: "unit", "unit= is for curves over time")
        }
        var groups: [String?]?
        if let formula = arguments.formula("by"), let columns = object.columns {
            groups = try shapes(formula, columns, context)
        }
        let figure = try drawable.figure(
            PlotOptions(
                title: arguments.optionalString("title"), unit: arguments.optionalString("unit"), groups: groups,
                joinsPatients: arguments.boolean("join")))
        guard let path = arguments.optionalString("file") else {
            context.display(.string(try terminalDrawing(of: figure, context)))
            return nil
        }
        let written = try figure.write(to: path, format: format(arguments, path: path))
        context.note("wrote \(written.joined(separator: " and "))")
        return nil
    }

    private func shapes(_ formula: Formula, _ columns: any ColumnSource, _ context: Context) throws -> [String?] {
        guard let columns = columns as? TableColumns else { return try formula.evaluate(over: columns).map(\.label) }
        let grouping = try Grouping(formula, over: columns, in: context)
        var labels = [String?](repeating: nil, count: columns.rowCount)
        for (row, code) in zip(grouping.rows, grouping.codes) { labels[row] = grouping.names[code] }
        return labels
    }

    /// Extensions that ask for a picture of another kind; any other is part of the name, as in `size-0.5`.
    private static let otherPictures = ["gif", "jpg", "jpeg", "tif", "tiff", "bmp", "webp", "eps", "ps", "html"]

    private func format(_ arguments: Arguments, path: String) throws -> Figure.Format {
        let suffix = URL(fileURLWithPath: path).pathExtension.lowercased()
        if Self.otherPictures.contains(suffix) {
            throw arguments.error(
                at: "file", "pictures are written as svg, pdf or png, not as \(suffix)",
                help: "such as \"\((path as NSString).deletingPathExtension).svg\"")
        }
        let ending = Figure.Format(rawValue: suffix)
        guard let chosen = arguments.optionalWord("format").flatMap(Figure.Format.init(rawValue:)) else {
            return ending ?? .svg
        }
        if let ending, ending != chosen {
            throw arguments.error(
                at: "format", "the path ends in .\(ending.rawValue), and format= says \(chosen.rawValue)",
                help: "leave one of the two out")
        }
        return chosen
    }

    private func terminalDrawing(of figure: Figure, _ context: Context) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let terminal = (environment["TERM"] ?? "") + " " + (environment["TERM_PROGRAM"] ?? "")
        let showsSixel =
            context.isInteractive
            && ["sixel", "mlterm", "foot", "WezTerm", "contour"].contains { terminal.contains($0) }
        return try figure.drawInTerminal(
            width: min(context.settings.width, 120), sixel: showsSixel, usesColor: context.hasColour)
    }
}
