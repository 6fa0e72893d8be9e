import Foundation

extension Figure {
    /// Writes the figure as a gnuplot script and draws it: `path.gp` and, beside it, `path.svg` (or pdf, png).
    ///
    /// Folders are made as needed. An extension of `path` that names a format or a script (`.svg`, `.pdf`, `.png`,
    /// `.gp`) is taken off. The script is written even when gnuplot is missing.
    ///
    /// - Returns: the paths of the script and of the picture.
    /// - Throws: `FigureError`.
    @discardableResult
    public func write(to path: String, format: Format = .svg) throws -> [String] {
        try write(to: path, format: format, program: "gnuplot")
    }

    /// In bytes.
    private static let longScript = 250_000

    func write(to path: String, format: Format, program: String) throws -> [String] {
        let stem = try Self.stem(of: path)
        let (script, picture) = (stem + ".gp", stem + "." + format.rawValue)
        let rendered = GnuplotScript.render(self, format: format, output: picture)
        let text = format == .svg ? rendered : FontCoverage.replacingMissing(in: rendered)
        do {
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: script).deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: script), options: .atomic)
        } catch {
            throw FigureError.unwritable(path: script, reason: Self.reason(error))
        }
        // Run by itself the script finds its folder in ARG0; here it is told. gnuplot reads its input a byte at a time,
        // so that a long script is better read from the file; a whole path is never taken for a command or a home.
        let whole = GnuplotText.quoted(URL(fileURLWithPath: script).path)
        let body = text.utf8.count < Self.longScript ? text : "load \(whole)\n"
        let result = try GnuplotProcess.run("ARG0 = \(whole)\n" + body, program: program, path: script)
        guard try format.isWhole(picture) else {
            throw FigureError.gnuplotFailed(
                message: result.errors.isEmpty ? "no whole picture was written; is the disk full?" : result.errors,
                script: script)
        }
        if format == .svg { try describe(picture) }
        return [script, picture]
    }

    private func describe(_ picture: String) throws {
        let place = URL(fileURLWithPath: picture)
        do {
            try PictureDescription.added(to: Data(contentsOf: place), of: self).write(to: place)
        } catch {
            throw FigureError.unwritable(path: picture, reason: Self.reason(error))
        }
    }

    /// `path` without the extension of a script or a picture.
    private static func stem(of path: String) throws -> String {
        let stem =
            ["gp"].contains((path as NSString).pathExtension.lowercased())
                || Format(rawValue: (path as NSString).pathExtension.lowercased()) != nil
            ? (path as NSString).deletingPathExtension : path
        let name = (stem as NSString).lastPathComponent
        let hasControls = stem.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
        guard !hasControls, !stem.hasSuffix("/"), !["", ".", "..", "/"].contains(name) else {
            throw FigureError.unusablePath(path)
        }
        return stem
    }

    private static func reason(_ error: any Error) -> String {
        // Foundation's own description only says that the operation could not be completed.
        guard let cause = (error as? CocoaError)?.underlying as? POSIXError else { return error.localizedDescription }
        return String(cString: strerror(cause.code.rawValue))
    }
}

extension Figure.Format {
    /// With what a picture of the format ends.
    private var ending: String {
        switch self {
        case .svg: "</svg>"
        case .pdf: "%%EOF"
        case .png: "IEND"
        }
    }

    /// Whether there is a picture that was written to its end.
    fileprivate func isWhole(_ path: String) throws -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        let tail: UInt64 = 64
        let size = try file.seekToEnd()
        try file.seek(toOffset: size - min(size, tail))
        return try file.read(upToCount: Int(tail))?.range(of: Data(ending.utf8)) != nil
    }
}
