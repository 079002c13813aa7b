using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Analytics.Detection;

/// <summary>A score's parts as the JSON text of Kinesis's RANDOM_CUT_FOREST_WITH_EXPLANATION.</summary>
/// <remarks>
/// An object with a member a column, each with <c>DIRECTION</c> (<c>HIGH</c> or <c>LOW</c>), <c>STRENGTH</c> (0 or
/// more,
/// how clear the direction is: the difference of its two parts) and <c>ATTRIBUTION_SCORE</c> (0 or more; they add up to
/// the score), numbers as texts of four decimals. Without directions a column has its attribution only.
/// </remarks>
public static class RandomCutForestExplanation
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the text as UTF-8.</summary>
    /// <param name="names">The columns' names.</param>
    /// <param name="low">By column, what <see cref="RandomCutForest.Score(ReadOnlySpan{double}, Span{double},
    /// Span{double})"/> gave.</param>
    /// <param name="high">The same for the other direction.</param>
    /// <param name="withDirection">Whether directions are wanted.</param>
    /// <param name="output">Receives the text.</param>
    public static void Write(
        IReadOnlyList<string> names, ReadOnlySpan<double> low, ReadOnlySpan<double> high, bool withDirection,
        IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        for (var column = 0; column < names.Count; column++)
        {
            writer.WriteStartObject(names[column]);
            if (withDirection)
            {
                writer.WriteString("DIRECTION", high[column] >= low[column] ? "HIGH" : "LOW");
                writer.WriteString("STRENGTH", TextOf(Math.Abs(high[column] - low[column])));
            }

            writer.WriteString("ATTRIBUTION_SCORE", TextOf(high[column] + low[column]));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static string TextOf(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
