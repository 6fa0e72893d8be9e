import CommandLanguage
import Figures
import Results

/// Puts drawable values on one page.
struct FigureCommand: Command {
    /// More panels than letters of one kind can hardly be read.
    private static let most = 26

    let declaration = CommandDeclaration(
        "figure", "Puts panels on one page, lettered a, b, c", topic: .figures,
        discussion: """
            Panels are what plot draws, in one list that is filled into rows of columns=, or in a list of rows: \
            [[a, b], [c]] gives c the whole width of the second row. Letters begin at the upper left; a map of two panels \
            takes two. Options of plot hold for every panel that knows them; a panel with options of its own is made by \
            panel. Plot then writes one script with the data of all panels in it.
            """,
        parameters: [
            .argument("panels", .any, "a list of what plot draws, or of such lists"),
            .option("columns", .integer(1...6), "panels beside each other; 2 if left out, or 1 for one panel"),
        ],
        result: PageObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=(time / 365.25) event=event
            page = figure [(km women by=er), (km women by=grade), (cox women ~ age + size + er)] columns=2
            plot page file="Plots/figure-1" unit="years"
            plot (figure [[(km women by=er), (km women)], [(cox women ~ age + size + er)]]) unit="years"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard case .list(let values) = arguments.value("panels"), !values.isEmpty else {
            throw arguments.error(
                at: "panels", "a figure needs a list of what plot draws", help: "figure [(km women by=er), (km women)]")
        }
        let isNested = values.contains { if case .list = $0 { true } else { false } }
        var rows: [[any Drawable]] = []
        if isNested {
            if arguments.has("columns") {
                throw arguments.error(at: "columns", "a list of rows says by itself how many panels stand in each")
            }
            rows = try values.map { value in
                guard case .list(let row) = value, !row.isEmpty else {
                    throw arguments.error(at: "panels", "in a list of rows, each row is a list of panels")
                }
                return try row.map { try drawable($0, arguments) }
            }
        } else {
            let panels = try values.map { try drawable($0, arguments) }
            let columns = arguments.optionalInteger("columns") ?? min(2, panels.count)
            rows = stride(from: 0, to: panels.count, by: columns).map {
                Array(panels[$0..<min($0 + columns, panels.count)])
            }
        }
        guard rows.reduce(0, { $0 + $1.count }) <= Self.most, rows.allSatisfy({ $0.count <= 6 }) else {
            throw arguments.error(
                at: "panels", "a page holds \(Self.most) panels at most, and 6 beside each other",
                help: "make two figures")
        }
        return .object(PageObject(rows: rows, columns: isNested ? nil : rows[0].count))
    }

    private func drawable(_ value: Value, _ arguments: Arguments) throws -> any Drawable {
        guard case .object(let object) = value, let drawable = object as? any Drawable else {
            let what = if case .object(let object) = value { type(of: object).typeName } else { value.typeName }
            throw arguments.error(
                at: "panels", "\(what) cannot be drawn",
                help: "a panel is one of: " + DrawableKind.all.map(\.what).joined(separator: ", "))
        }
        if drawable is PageObject {
            throw arguments.error(
                at: "panels", "a page cannot be a panel of another", help: "give its panels themselves")
        }
        return drawable
    }
}

/// A page of panels as the language has it.
struct PageObject: Drawable {
    static let typeName = "figure"
    let rows: [[any Drawable]]
    /// Of every row; nil where rows are as they were given.
    let columns: Int?

    func text(width: Int) -> String {
        var letter = 0
        let lines = rows.map { row in
            row.map { panel in
                defer { letter += 1 }
                return "\(letter + 1) \(panel.kindName)"
            }.joined(separator: "   ")
        }
        return "a figure of \(counted(rows.reduce(0) { $0 + $1.count }, "panel"))\n" + lines.joined(separator: "\n")
    }

    var json: JSON {
        .object([("rows", .array(rows.map { row in .strings(row.map(\.kindName)) }))])
    }

    func figure(_ options: PlotOptions) throws -> Figure {
        let page = options.width ?? (rows.contains { $0.count > 1 } ? .doubleColumn : .singleColumn)
        var each = options
        each.title = nil
        return try Composition(
            rows: rows.map { row in
                // A row that is not full keeps the width of the full ones.
                each.width = Composition.cellWidth(columns: columns ?? row.count, width: page)
                return try row.map { try $0.figure(each) }
            }, title: options.title, width: page
        ).figure()
    }
}

extension Drawable {
    fileprivate var kindName: String {
        (self as? PanelObject).map { type(of: $0.content).typeName } ?? type(of: self).typeName
    }
}

/// Gives a panel options of its own.
struct PanelCommand: Command {
    let declaration = CommandDeclaration(
        "panel", "A panel of a figure, with options of its own", topic: .figures,
        discussion: """
            For pages whose panels differ, such as two cohorts with times in other units. What is said here goes before \
            what plot says of the whole page.
            """,
        parameters: [
            .argument(
                "value", .object(DrawableKind.all.map { $0.type.typeName }.filter { $0 != PageObject.typeName }),
                "what to draw")
        ] + PlotOptions.declared,
        result: PanelObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=(time / 365.25) event=event
            overall = panel (km women) title="All patients" unit="years" table=extended horizon=15
            plot (figure [(overall), (cox women ~ age + size + er)]) file="Plots/figure-2"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard case .object(let object) = arguments.value("value"), let drawable = object as? any Drawable else {
            preconditionFailure("the parameter allows what is drawable only")
        }
        return .object(
            PanelObject(content: drawable, options: try PlotOptions(arguments, of: drawable)))
    }
}

/// A drawable value with options.
struct PanelObject: Drawable {
    static let typeName = "panel"
    let content: any Drawable
    let options: PlotOptions

    func text(width: Int) -> String { content.text(width: width) }

    var json: JSON { .object([("panel", content.json), ("title", options.title.map(JSON.string) ?? .null)]) }

    func figure(_ others: PlotOptions) throws -> Figure { try content.figure(options.before(others)) }
}
