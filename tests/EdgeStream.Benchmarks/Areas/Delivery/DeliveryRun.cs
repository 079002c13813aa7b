namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>What a backlog took on its way.</summary>
/// <param name="Seconds">From the first request until all of it was there.</param>
/// <param name="ProcessorSeconds">User and system time of the sender.</param>
/// <param name="AnonymousMiB">The most memory of the sender that no file stood behind.</param>
internal sealed record DeliveryRun(double Seconds, double ProcessorSeconds, double AnonymousMiB);
