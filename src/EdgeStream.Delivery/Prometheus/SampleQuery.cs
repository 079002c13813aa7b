using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Asks a server which samples it has.</summary>
/// <remarks>Prometheus documentation, "HTTP API", instant queries: a series over a range gives its samples as they are.
/// </remarks>
/// <param name="link">The server.</param>
/// <param name="uri">Its query API.</param>
internal sealed class SampleQuery(HttpLink link, Uri uri)
{
    /// <summary>Whether the server has each of them, with that value.</summary>
    /// <param name="samples">Samples of one series.</param>
    /// <param name="isThere">Set for each.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>Null, or why that is not known.</returns>
    public async ValueTask<SendResult?> AskAsync(
        IReadOnlyList<PrometheusSample> samples, bool[] isThere, CancellationToken cancellationToken)
    {
        var (first, last) = (samples[0].TimeMs, samples[0].TimeMs);
        foreach (var sample in samples)
        {
            (first, last) = (Math.Min(first, sample.TimeMs), Math.Max(last, sample.TimeMs));
        }

        var selector = Uri.EscapeDataString(samples[0].Series);
        var body = string.Create(CultureInfo.InvariantCulture,
            $"query={selector}%5B{last - first + 1}ms%5D&time={last / 1000m:F3}");
        var answer = await link.PostAsync(
            uri, Encoding.UTF8.GetBytes(body), "application/x-www-form-urlencoded",
            message => link.Authorize(message), cancellationToken);
        if (link.FailureOf(answer) is { } failure)
        {
            return failure;
        }

        if (answer.Status != 200 || !TryRead(answer.Body, samples, isThere))
        {
            return SendResult.Rejected($"{link.Describe(answer)} That is no answer to a query.");
        }

        return null;
    }

    private static bool TryRead(byte[] body, IReadOnlyList<PrometheusSample> samples, bool[] isThere)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.GetProperty("status").GetString() != "success")
            {
                return false;
            }

            foreach (var series in root.GetProperty("data").GetProperty("result").EnumerateArray())
            {
                // A selector finds series with further labels, too.
                if (series.GetProperty("metric").GetPropertyCount() == samples[0].Labels.Length)
                {
                    Match(series.GetProperty("values"), samples, isThere);
                }
            }

            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException or OverflowException)
        {
            return false;
        }
    }

    private static void Match(JsonElement values, IReadOnlyList<PrometheusSample> samples, bool[] isThere)
    {
        foreach (var pair in values.EnumerateArray())
        {
            if (pair.GetArrayLength() != 2)
            {
                throw new FormatException("A sample is a time and a value.");
            }

            var time = (long)Math.Round(pair[0].GetDecimal() * 1000);
            var text = pair[1].GetString();
            for (var i = 0; i < samples.Count; i++)
            {
                isThere[i] |= samples[i].TimeMs == time && Equals(samples[i].Value, text);
            }
        }
    }

    private static bool Equals(double value, string? text) => text switch
    {
        "NaN" => double.IsNaN(value),
        "+Inf" or "Inf" => double.IsPositiveInfinity(value),
        "-Inf" => double.IsNegativeInfinity(value),
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == value,
    };
}
