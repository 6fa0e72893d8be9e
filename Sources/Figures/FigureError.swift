import Foundation

public enum FigureError: LocalizedError, Equatable {
    case gnuplotMissing(program: String, script: String?)
    case gnuplotTooOld(version: String, script: String?)
    /// Built without cairo or the like.
    case gnuplotLacksTerminal(script: String?)
    case gnuplotFailed(message: String, script: String?)
    case unusablePath(String)
    case unwritable(path: String, reason: String)
    case nothingToDraw(String)
    case invalidValue(String)
    /// More groups of points than shapes or colours can tell apart.
    case tooManyGroups(Int, most: Int, by: String)
    /// A cell or page too narrow.
    case noRoom(String)

    public var errorDescription: String? {
        switch self {
        case .gnuplotMissing(let program, let script):
            "the program \(program) that draws pictures was not found" + Self.written(script)
        case .gnuplotTooOld(let version, let script):
            "gnuplot \(version) is too old to draw this; \(GnuplotProcess.leastVersion) or later can"
                + Self.written(script)
        case .gnuplotLacksTerminal(let script):
            "this gnuplot was built without the terminal for such pictures" + Self.written(script)
        case .gnuplotFailed(let message, let script):
            "gnuplot could not draw the figure: \(message)" + Self.written(script)
        case .unusablePath(let path):
            "\(path.debugDescription) cannot name a figure: a path has a file name and no control characters"
        case .unwritable(let path, let reason):
            "cannot write \(path): \(reason)"
        case .nothingToDraw(let what):
            "nothing to draw: \(what)"
        case .invalidValue(let what):
            what
        case .tooManyGroups(let count, let most, let manner):
            "\(count) groups are too many for a map: by \(manner) \(most) can be told apart"
        case .noRoom(let what):
            "there is no room for the plot: \(what)"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .gnuplotMissing(_, let script), .gnuplotTooOld(_, let script):
            "install gnuplot \(GnuplotProcess.leastVersion) or later (on Debian and Ubuntu: apt-get install gnuplot-nox)"
                + (script.map { ", then run: gnuplot \($0)" } ?? "")
        case .gnuplotLacksTerminal:
            "install one with cairo (on Debian and Ubuntu: apt-get install gnuplot-nox), or choose format=svg"
        case .gnuplotFailed(_, let script): script.map { "run it by hand to see more: gnuplot \($0)" }
        case .unwritable: "choose a folder that you may write to, with file=\"folder/name\""
        case .tooManyGroups(_, _, let manner):
            manner == "shape" ? "give them to color= in the place of by=, or join some of them" : "join some of them"
        case .noRoom: "take width=double, or fewer panels in a row with columns="
        case .unusablePath, .nothingToDraw, .invalidValue: nil
        }
    }

    private static func written(_ script: String?) -> String { script.map { "; the script is \($0)" } ?? "" }
}
