namespace EdgeStream.Gateway.Config;

/// <summary>The values of one section of the file, already checked against the schema; absent keys answer with their
/// default.</summary>
internal sealed class ConfigValues(SchemaSection schema, ConfigLocation location)
{
    private readonly Dictionary<SchemaNode, (object Value, ConfigLocation Location)> _values = [];

    /// <summary>The keys that may stand here.</summary>
    public SchemaSection Schema { get; } = schema;

    /// <summary>Where the section begins.</summary>
    public ConfigLocation Location { get; } = location;

    /// <summary>Remembers a checked value.</summary>
    public void Set(SchemaNode key, object value, ConfigLocation location) => _values[key] = (value, location);

    /// <summary>Whether the file has the key.</summary>
    public bool Has(SchemaNode key) => _values.ContainsKey(key);

    /// <summary>Where the key's value stands, or the section when it is absent.</summary>
    public ConfigLocation At(SchemaNode key) => _values.TryGetValue(key, out var entry) ? entry.Location : Location;

    /// <summary>A text; empty when it is absent and has no default.</summary>
    public string Text(SchemaScalar key) => Value(key) as string ?? "";

    /// <summary>A text; null when it is absent and has no default.</summary>
    public string? TextOrNull(SchemaScalar key) => Value(key) as string;

    /// <summary>The texts of a list; none where it is absent.</summary>
    public string[] Texts(SchemaScalar key) => Text(key).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A boolean.</summary>
    public bool Boolean(SchemaScalar key) => Value(key) is true;

    /// <summary>A whole number.</summary>
    public int Integer(SchemaScalar key) => (int)(long)(Value(key) ?? 0L);

    /// <summary>A number; null when it is absent and has no default.</summary>
    public double? Number(SchemaScalar key) => Value(key) as double?;

    /// <summary>A duration; zero when it is absent and has no default.</summary>
    public TimeSpan Duration(SchemaScalar key) => Value(key) as TimeSpan? ?? TimeSpan.Zero;

    /// <summary>A size in bytes; zero when it is absent and has no default.</summary>
    public long Size(SchemaScalar key) => Value(key) as long? ?? 0;

    /// <summary>A section; an empty one, whose keys all have their defaults, when it is absent.</summary>
    public ConfigValues Section(SchemaSection key) =>
        _values.TryGetValue(key, out var entry) ? (ConfigValues)entry.Value : new ConfigValues(key, Location);

    /// <summary>A list's items; null when the list is absent, which is not the same as empty.</summary>
    public IReadOnlyList<ConfigValues>? List(SchemaList key) =>
        _values.TryGetValue(key, out var entry) ? (IReadOnlyList<ConfigValues>)entry.Value : null;

    /// <summary>A mapping's names and texts; none where it is absent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Map(SchemaMap key) =>
        _values.TryGetValue(key, out var entry) ? (IReadOnlyList<KeyValuePair<string, string>>)entry.Value : [];

    private object? Value(SchemaScalar key)
    {
        if (_values.TryGetValue(key, out var entry))
        {
            return entry.Value;
        }

        if (key.Default is null)
        {
            return null;
        }

        return ScalarReader.Read(key, key.Default, out var value) is { } problem
            ? throw new InvalidOperationException($"The default of '{key.Name}' is not allowed: {problem}.")
            : value;
    }
}
