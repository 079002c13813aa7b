using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>How a record's acknowledgement is learned of.</summary>
/// <param name="Appended">The receipt of a record that was appended at once.</param>
/// <param name="Later">
/// What completes or fails for a record that waits or was refused, and tells one that may not wait when to try again;
/// null for one that was appended.
/// </param>
internal readonly record struct LaneReceipt(AppendReceipt Appended, Task? Later)
{
    /// <summary>Completes when the record is as durable as its stream promises.</summary>
    internal Task Acknowledged => Later ?? Appended.WhenAcknowledged();
}
