import CommandLanguage
import Figures
import Foundation

/// A value that can be drawn.
protocol Drawable: ObjectValue {
    func figure(_ options: PlotOptions) throws -> Figure
}

struct PlotCommand: Command {
    let declaration = CommandDeclaration(
        "plot", "Draws curves, maps, models and comparisons", topic: .figures,
        discussion: """
            With `file` it writes a gnuplot script that stands for itself and the picture beside it; `gnuplot file.gp` \
            redraws it anywhere. Without, it draws in the terminal, as sixel graphics where the terminal says that it \
            can, else in text. What can be drawn: \(DrawableKind.all.map(\.what).joined(separator: ", ")).
            """,
        parameters: [
            .argument(
                "value", .object(DrawableKind.all.map { $0.type.typeName }), "what to draw"),
            .option("file", .path, "where to; an extension of svg, pdf or png chooses the format"),
            .option(
                "format", .word(choices: Figure.Format.allCases.map(\.rawValue)),
                "svg when nothing else says so, or png of more than 20,000 points"),
        ] + PlotOptions.declared + [
            .option(
                "width", .word(choices: ["single", "double"]),
                "of a journal's column, 89 mm or 183 mm; what suits the figure if left out"),
            .option(
                "theme", .word(choices: Theme.Look.allCases.map(\.rawValue)),
                "for print, a slide, or a dark slide; what settings says if left out"),
        ],
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=(time / 365.25) event=event
            plot (km women by=er) file="Plots/er" unit="years" table=extended horizon=15
            plot (km women by=er) file="Plots/er-slide.png" unit="years" theme=dark
            """
        ])

    /// Which values have columns to group by is told when the figure is made.
    func knownColumns(_ arguments: KnownArguments) -> KnownColumns { KnownColumns(inFormulas: nil, ofResult: nil) }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard case .object(let object) = arguments.value("value"), let drawable = object as? any Drawable else {
            preconditionFailure("the parameter allows what is drawable only")
        }
        var options = try PlotOptions(arguments, of: drawable)
        options.width = arguments.optionalWord("width").map { $0 == "single" ? .singleColumn : .doubleColumn }
        var figure = try drawable.figure(options)
        figure.theme =
            Theme.Look(rawValue: arguments.optionalWord("theme") ?? context.settings.theme) ?? .paper
        guard let path = arguments.optionalString("file") else {
            context.display(.string(try terminalDrawing(of: figure, context)))
            return nil
        }
        let format = try format(arguments, path: path, marks: figure.markCount)
        let written = try figure.write(to: path, format: format)
        context.note("wrote \(written.joined(separator: " and "))")
        let isGiven =
            arguments.has("format") || format.rawValue == URL(fileURLWithPath: path).pathExtension.lowercased()
        if figure.markCount > Figure.mostVectorMarks, format != .png || !isGiven {
            let marks = "\(figure.markCount) points and tiles"
            context.note(
                format == .png
                    ? "as pixels, for a vector file of \(marks) opens slowly; format=svg or pdf makes one all the same"
                    : "\(marks) make a vector file that opens slowly; format=png draws pixels")
        }
        return nil
    }

    /// Extensions that ask for a picture of another kind; any other is part of the name, as in `size-0.5`.
    private static let otherPictures = ["gif", "jpg", "jpeg", "tif", "tiff", "bmp", "webp", "eps", "ps", "html"]

    private func format(_ arguments: Arguments, path: String, marks: Int) throws -> Figure.Format {
        let suffix = URL(fileURLWithPath: path).pathExtension.lowercased()
        if Self.otherPictures.contains(suffix) {
            throw arguments.error(
                at: "file", "pictures are written as svg, pdf or png, not as \(suffix)",
                help: "such as \"\((path as NSString).deletingPathExtension).svg\"")
        }
        let ending = Figure.Format(rawValue: suffix)
        guard let chosen = arguments.optionalWord("format").flatMap(Figure.Format.init(rawValue:)) else {
            return ending ?? (marks > Figure.mostVectorMarks ? .png : .svg)
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
