extension Schema {
    /// How the scripts of steps ended: 137 is another end than signal 9.
    static let exits = """
        ALTER TABLE steps ADD COLUMN exit_code INTEGER;
        ALTER TABLE steps ADD COLUMN signal INTEGER CHECK (signal > 0);
        """
}
