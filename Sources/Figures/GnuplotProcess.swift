internal import CGnuplot
import Foundation

/// A gnuplot that runs one script.
enum GnuplotProcess {
    struct Result {
        var output: Data
        /// What gnuplot warned of.
        var errors: String
    }

    /// The first that has data blocks, dash patterns and transparent colours.
    static let leastVersion = "5.0"
    /// What a script says to an older one, before the version.
    static let tooOld = "needs gnuplot \(leastVersion) or later, this is "

    /// Sends `script` to `program` and waits for its end.
    ///
    /// - Parameter path: where the script is on disk, for messages.
    /// - Throws: `FigureError` when gnuplot is missing, stops early or complains.
    static func run(_ script: String, program: String = "gnuplot", path: String? = nil) throws -> Result {
        var message: UnsafeMutablePointer<CChar>?
        func taken(_ text: UnsafeMutablePointer<CChar>?) -> String {
            defer { cgnuplot_free(text) }
            return text.map { String(cString: $0) } ?? ""
        }

        var process: OpaquePointer?
        switch cgnuplot_open(program, &process, &message) {
        case CGNUPLOT_OK: break
        case CGNUPLOT_NOT_FOUND:
            _ = taken(message)
            throw FigureError.gnuplotMissing(program: program, script: path)
        default:
            throw FigureError.gnuplotFailed(message: taken(message), script: path)
        }

        // A gnuplot that met an error has stopped reading; what it said then explains more than the broken pipe does.
        let sent = script.utf8CString.withUnsafeBufferPointer {
            cgnuplot_send(process, $0.baseAddress, $0.count - 1, &message)
        }
        let sendingFailure = sent == CGNUPLOT_OK ? nil : taken(message)

        var exitCode: Int32 = 0
        var (output, errors): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?)
        var outputLength = 0
        guard cgnuplot_close(process, &exitCode, &output, &outputLength, &errors, &message) == CGNUPLOT_OK else {
            throw FigureError.gnuplotFailed(message: taken(message), script: path)
        }
        defer { cgnuplot_free(output) }
        let complaint = taken(errors).trimmingCharacters(in: .whitespacesAndNewlines)
        if let said = complaint.range(of: tooOld) {
            let version = complaint[said.upperBound...].drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
            throw FigureError.gnuplotTooOld(version: String(version), script: path)
        }
        if complaint.contains("unknown or ambiguous terminal") {
            throw FigureError.gnuplotLacksTerminal(script: path)
        }
        if exitCode != 0 || sendingFailure != nil {
            let reason = complaint.isEmpty ? sendingFailure ?? "it ended with code \(exitCode)" : complaint
            throw FigureError.gnuplotFailed(message: reason, script: path)
        }
        let data = output.map { Data(bytes: $0, count: outputLength) } ?? Data()
        return Result(output: data, errors: complaint)
    }
}
