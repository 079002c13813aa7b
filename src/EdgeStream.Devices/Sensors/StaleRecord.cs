using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>The record that says of a sensor that it gives nothing:
/// <c>{"stale":true,"sensor":…,"problem":…}</c>.</summary>
internal static class StaleRecord
{
    /// <summary>Appends it.</summary>
    internal static void Append(SourceOutput output, ReadingBatch batch, byte[] key, SensorStatus status, Timestamp now)
    {
        batch.Begin(key, now);
        batch.Add(new Reading("stale"u8, ReadingValue.Of(true)));
        batch.Add(new Reading("sensor"u8, ReadingValue.OfText(Encoding.UTF8.GetBytes(status.Name))));
        batch.Add(new Reading("problem"u8, ReadingValue.OfText(Encoding.UTF8.GetBytes(status.Problem ?? ""))));
        output.Append(key, batch);
    }
}
