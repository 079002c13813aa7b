using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Reads the samples out of a record.</summary>
/// <remarks>Prometheus documentation, "Data model": a metric's name has letters, digits, <c>_</c> and <c>:</c>, of
/// what is found in the data every other character becomes <c>_</c>; an empty label is none. Thread-safe.</remarks>
internal sealed class SampleReader(PrometheusDestinationOptions options)
{
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
        try
        {
            using var document = JsonDocument.Parse(record.Data);
            AddAll(record, document.RootElement, samples);
        }
        catch (InvalidOperationException)
        {
            samples.RemoveRange(first, samples.Count - first);
            return "a text or a name of the data is no Unicode: half of a surrogate pair stands alone";
        }

        for (var i = first; i < samples.Count; i++)
        {
            for (var j = first; j < i; j++)
            {
                if (samples[i].Series == samples[j].Series)
                {
                    var problem = $"two values of the data are of the series {samples[i].Series}: name the metrics";
                    samples.RemoveRange(first, samples.Count - first);
                    return problem;
                }
            }
        }

        return samples.Count > first ? null : "the data has none of the metrics as a number";
    }

    private void AddAll(DeliveredRecord record, JsonElement data, List<PrometheusSample> samples)
    {
        var labels = LabelsOf(record, data);
        var time = DateTimeOffset.Parse(
            options.IsArrivalTime ? record.ArrivalTime : record.EventTime, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
        if (options.Metrics.Entries.Count == 0)
        {
            var name = data.ValueKind == JsonValueKind.Object ? "" : "value";
            AddFound(data, name, 0, labels, time, samples);
        }

        foreach (var (name, path) in options.Metrics.Entries)
        {
            if (RecordPath.Find(data, path) is { } value && NumberOf(value, isNamed: true) is { } number)
            {
                Add(name, number, labels, time, samples);
            }
        }
    }

    private void AddFound(
        JsonElement value, string name, int depth, List<KeyValuePair<string, string>> labels, long time,
        List<PrometheusSample> samples)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            if (name.Length > 0 && NumberOf(value, isNamed: false) is { } number)
            {
                Add(MetricOf(options.MetricPrefix + name), number, labels, time, samples);
            }

            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (depth < DepthMax)
            {
                AddFound(
                    member.Value, name.Length == 0 ? member.Name : $"{name}_{member.Name}", depth + 1, labels, time,
                    samples);
            }
        }
    }

    /// <summary>A series is told by its labels in their order, which is that of their bytes.</summary>
    private static void Add(
        string name, double value, List<KeyValuePair<string, string>> labels, long time, List<PrometheusSample> samples)
    {
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

        samples.Add(new PrometheusSample(all, text.Append('}').ToString(), time, value));
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
}
