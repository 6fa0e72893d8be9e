import Foundation

extension Cohort {
    /// Adds a folder of patch features as a modality, one file per slide; a modality of that name is replaced.
    ///
    /// `.h5` files hold `features` (patches × width, or 1 × patches × width) and perhaps `coords`, as CLAM and TRIDENT
    /// write them; `.pt` files hold a tensor of patches × width. Of a slide that is there in both, the `.h5` file
    /// counts. A folder with CLAM's `h5_files` or `pt_files` stands for that one. A file belongs to the patient
    /// whose slide or id it is named by, or with whose id and one of `-`, `_`, `.` it begins; of a patient with slides that
    /// the cohort names these only. A patient's slides follow each other in the order of their names. Files of unknown
    /// patients, and of those who were left out, are counted.
    ///
    /// Shapes are checked now, values when a bag is read.
    ///
    /// - Parameters:
    ///   - id: the cohort's column with the slides' names; nil to go by the patients' ids and by `slide_id`.
    ///   - caching: whether `withCachedFeatures` may keep a mapped copy of the features.
    ///   - progress: called with the share of files looked at; what it throws ends the work.
    /// - Throws: `CohortError.noColumn`, `ModalityError`, `PatchFileError`. The cohort is then unchanged.
    public mutating func attach(
        _ name: String, folder: String, id: String? = nil, caching: Bool = true,
        progress: (Double) throws -> Void = { _ in }
    ) throws {
        if let id, table[id] == nil { throw CohortError.noColumn(origin, name: id, among: table.names) }
        let found = try PatchFolder(path: folder)
        let matcher = SlideMatcher(cohort: self, column: id)
        var slides = [[PatchFile]](repeating: [], count: patients.count)
        var isNamed = [Bool](repeating: false, count: patients.count)
        for entry in found.entries {
            if let match = matcher.patient(ofFile: entry.stem), match.isNamed { isNamed[match.patient] = true }
        }
        var strangers: [String] = []
        var unnamed: [String] = []
        var contested: [String] = []
        var first: PatchFile?
        for (index, entry) in found.entries.enumerated() {
            try progress(Double(index) / Double(found.entries.count))
            guard let match = matcher.patient(ofFile: entry.stem) else {
                if matcher.shared.contains(entry.stem) {
                    contested.append(entry.name)
                } else {
                    strangers.append(entry.name)
                }
                continue
            }
            guard match.isNamed || !isNamed[match.patient] else {
                unnamed.append(entry.name)
                continue
            }
            let file = try PatchFile(path: found.path(of: entry), format: entry.format)
            if let first, first.width != file.width {
                throw PatchFileError.widthsDiffer(
                    file.path, width: file.width, other: first.path, otherWidth: first.width)
            }
            first = first ?? file
            slides[match.patient].append(file)
        }
        guard let first else {
            throw ModalityError.noMatchingFiles(
                folder, file: found.entries[0].name,
                id: id.flatMap { values(of: $0, patient: 0).first } ?? patients[0], idColumn: id ?? idColumn)
        }
        var findings = Findings(.attaching(name))
        findings.leftOut(.file, strangers, reason: "in \(folder), for patients who are not in the cohort")
        findings.leftOut(
            .file, unnamed,
            reason: "in \(folder), of patients whose \(SlideMatcher.usualSlideColumn) names other slides")
        findings.leftOut(.file, contested, reason: "in \(folder), whose slide several patients name")
        let stems = Set(found.entries.map(\.stem))
        let without = matcher.named.filter { !stems.contains($0) }
        // Where files go by patients' ids, none is named as a slide is.
        if !without.isEmpty, without.count < matcher.named.count {
            findings.note(
                "\(without.count) of \(matcher.named.count) slides that the cohort names have no file in \(folder) "
                    + "(\(Exclusion.some(without, of: without.count)))")
        }
        for (other, slides) in found.neighbours {
            findings.note(
                "\(slides.count) slide\(slides.count == 1 ? "" : "s") in \(other) \(slides.count == 1 ? "has" : "have") no file in "
                    + "\(found.folder), which is what is read (\(Exclusion.some(slides, of: slides.count)))")
        }
        findings.leftOut(.file, found.doubles, reason: "in \(folder), whose slides are there as .h5 files too")
        install(
            Modality(
                name: name,
                content: .patches(
                    PatchBags(
                        width: first.width, bags: slides.map { .slides($0) },
                        cachedFolder: caching ? found.folder : nil)),
                present: slides.map { !$0.isEmpty }))
        record(findings)
        try progress(1)
    }
}
