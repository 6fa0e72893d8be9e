/// Finds the patient whom a slide's file belongs to.
struct SlideMatcher {
    /// Exact names of slides, and ids with which names begin.
    private let patientOfSlide: [String: Int]
    private let patientOfID: [String: Int]
    /// Ids of patients who were left out.
    private let absentees: Set<String>
    /// That ids are the slides' names themselves.
    private let goesBySlides: Bool
    /// Slides that several patients name, so that they are nobody's.
    let shared: Set<String>
    /// The slides that the cohort names, in the order of its patients.
    let named: [String]

    static let usualSlideColumn = "slide_id"
    private static let imageEndings = [".svs", ".tiff", ".tif", ".ndpi", ".mrxs", ".scn", ".h5", ".pt"]

    /// - Parameter column: the cohort's column of slide names; nil to go by the patients' ids and by `slide_id`, where
    ///   there is one.
    init(cohort: Cohort, column: String?) {
        var slides: [String: Int] = [:]
        var shared: Set<String> = []
        var named: [String] = []
        for patient in cohort.patients.indices {
            for slide in cohort.values(of: column ?? Self.usualSlideColumn, patient: patient) {
                let name = Self.withoutEnding(slide)
                named.append(name)
                if let other = slides.updateValue(patient, forKey: name), other != patient { shared.insert(name) }
            }
        }
        for name in shared { slides[name] = nil }
        self.shared = shared
        self.named = named
        patientOfSlide = slides
        goesBySlides = column != nil
        absentees = column == nil ? cohort.absentees : []
        patientOfID =
            column == nil ? Dictionary(uniqueKeysWithValues: cohort.patients.enumerated().map { ($1, $0) }) : slides
    }

    /// The patient of that exact slide; else the one whose id is the name, or begins it up to a `-`, `_` or `.` (the
    /// longest such id; nobody when that is of a patient who was left out).
    func patient(ofFile stem: String) -> (patient: Int, isNamed: Bool)? {
        if shared.contains(stem) { return nil }
        if let patient = patientOfSlide[stem] { return (patient, true) }
        var end = stem.endIndex
        while true {
            let id = String(stem[..<end])
            if let patient = patientOfID[id] { return (patient, goesBySlides) }
            guard !absentees.contains(id),
                let cut = stem[..<end].lastIndex(where: { $0 == "-" || $0 == "_" || $0 == "." })
            else { return nil }
            end = cut
        }
    }

    /// The patient of that id, or of that slide.
    func patient(named name: String) -> Int? { patientOfID[name] ?? patientOfSlide[Self.withoutEnding(name)] }

    private static func withoutEnding(_ name: String) -> String {
        for ending in imageEndings where name.lowercased().hasSuffix(ending) {
            return String(name.dropLast(ending.count))
        }
        return name
    }
}
