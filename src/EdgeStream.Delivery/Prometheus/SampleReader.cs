using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Reads the samples out of a record.</summary>
/// <remarks>Prometheus documentation, "Data model": a metric's name has letters, digits, <c>_</c> and <c>:</c>, of
/// what is found in the data every other character becomes <c>_</c>; an empty label is none. A record has
/// <see cref="SamplesMax"/> samples at most, whose names and labels have <see cref="TextCharactersMax"/> characters
/// each. Thread-safe.</remarks>
internal sealed class SampleReader(PrometheusDestinationOptions options)
{
    /// <summary>Samples of one record at most.</summary>
    public const int SamplesMax = 1000;

    /// <summary>Characters of a metric's name, and of the labels of a record together, at most.</summary>
    public const int TextCharactersMax = 4096;

    private const int DepthMax = 8;
    private const string NameLabel = "__name__";

    /// <summary>Adds the record's samples; what is wrong with it where it has none.</summary>
    public string? Read(DeliveredRecord record, List<PrometheusSample> samples)
    {
        if (!record.IsJson)
        {
            return "the data is no JSON";
        }

        var first = samples.Count;
        string? problem;
        try
        {
            using var document = JsonDocument.Parse(record.Data);
            problem = ReadAll(record, document.RootElement, samples);
        }
        catch (InvalidOperationException)
        {
            problem = "a text or a name of the data is no Unicode: half of a surrogate pair stands alone";
        }

        if (problem is not null)
        {
            samples.RemoveRange(first, samples.Count - first);
        }

        return problem;
    }

    private string? ReadAll(DeliveredRecord record, JsonElement data, List<PrometheusSample> samples)
    {
        var labels = LabelsOf(record, data);
        var length = 0;
        foreach (var (name, value) in labels)
        {
            length += name.Length + value.Length;
        }

        if (length > TextCharactersMax)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the labels have {length} characters together: {TextCharactersMax} are allowed");
        }

        var time = DateTimeOffset.Parse(
            options.IsArrivalTime ? record.ArrivalTime : record.EventTime, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
        var found = new FoundSamples(labels, time, samples);
        if (options.Metrics.Entries.Count == 0)
        {
            AddFound(data, data.ValueKind == JsonValueKind.Object ? "" : "value", 0, found);
        }

        foreach (var (name, path) in options.Metrics.Entries)
        {
            if (RecordPath.Find(data, path) is { } value && NumberOf(value, isNamed: true) is { } number)
            {
                found.Add(name, number);
            }
        }

        return found.Problem ?? (found.Count > 0 ? null : "the data has none of the metrics as a number");
    }

    private void AddFound(JsonElement value, string name, int depth, FoundSamples found)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            if (name.Length > 0 && NumberOf(value, isNamed: false) is { } number)
            {
                found.Add(MetricOf(options.MetricPrefix + name), number);
            }

            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (depth < DepthMax && found.Problem is null)
            {
                AddFound(
                    member.Value, name.Length == 0 ? member.Name : $"{name}_{member.Name}", depth + 1, found);
            }
        }
    }

    private List<KeyValuePair<string, string>> LabelsOf(DeliveredRecord record, JsonElement data)
    {
        var labels = new List<KeyValuePair<string, string>>();
        foreach (var (name, path) in options.Labels.Entries)
        {
            if (RecordPath.TextOf(record, data, path) is { Length: > 0 } value)
            {
                labels.Add(new(name, value));
            }
        }

        foreach (var (name, value) in options.ConstantLabels.Entries)
        {
            if (value.Length > 0)
            {
                labels.Add(new(name, value));
            }
        }

        labels.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return labels;
    }

    /// <summary>Texts are numbers only where a metric is named for them, and only those that JSON cannot write.
    /// </summary>
    private static double? NumberOf(JsonElement value, bool isNamed) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null,
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String when isNamed => value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => null,
        },
        _ => null,
    };

    private static string MetricOf(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        if (char.IsAsciiDigit(name[0]))
        {
            text.Append('_');
        }

        foreach (var character in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(character) || character is '_' or ':' ? character : '_');
        }

        return text.ToString();
    }

    /// <summary>The samples of one record as they are found.</summary>
    private sealed class FoundSamples(
        List<KeyValuePair<string, string>> labels, long timeMs, List<PrometheusSample> samples)
    {
        private readonly HashSet<string> _series = new(StringComparer.Ordinal);

        /// <summary>What is wrong with the record; null while nothing is.</summary>
        public string? Problem { get; private set; }

        /// <summary>How many there are.</summary>
        public int Count => _series.Count;

        /// <summary>Adds one. A series is told by its labels in their order, which is that of their bytes.</summary>
        public void Add(string name, double value)
        {
            if (name.Length > TextCharactersMax)
            {
                Problem ??= string.Create(
                    CultureInfo.InvariantCulture,
                    $"the name of a metric has {name.Length} characters: {TextCharactersMax} are allowed");
                return;
            }

            var all = new KeyValuePair<string, string>[labels.Count + 1];
            var text = new StringBuilder("{");
            var isNamed = false;
            for (var i = 0; i < all.Length; i++)
            {
                if (!isNamed && (i == labels.Count || string.CompareOrdinal(labels[i].Key, NameLabel) > 0))
                {
                    isNamed = true;
                    all[i] = new(NameLabel, name);
                }
                else
                {
                    all[i] = labels[isNamed ? i - 1 : i];
                }

                text.Append(i == 0 ? "" : ",").Append(all[i].Key).Append("=\"");
                text.Append(all[i].Value.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
                text.Append('"');
            }

            var series = text.Append('}').ToString();
            if (!_series.Add(series))
            {
                Problem ??= $"two values of the data are of the series {series}: name the metrics";
            }
            else if (_series.Count > SamplesMax)
            {
                Problem ??= string.Create(
                    CultureInfo.InvariantCulture,
                    $"the data has more than {SamplesMax} numbers: name the metrics");
            }

            samples.Add(new PrometheusSample(all, series, timeMs, value));
        }
    }
}
