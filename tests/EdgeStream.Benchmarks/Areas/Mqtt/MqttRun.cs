namespace EdgeStream.Benchmarks.Areas.Mqtt;

/// <summary>What one run of a scenario came to.</summary>
/// <param name="Rate">The scenario's figure: messages a second, or KiB per connection.</param>
/// <param name="P50Ms">Half of the answers or deliveries took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
/// <param name="ProcessorSeconds">The broker's seconds of processor time per million messages.</param>
/// <param name="AnonymousMiB">The broker's own memory at the end.</param>
/// <param name="ResidentMiB">Its resident memory then; the gateway's mapped log, which the kernel can drop, is in
/// it.</param>
internal sealed record MqttRun(
    double Rate, double P50Ms, double P99Ms, double ProcessorSeconds, double AnonymousMiB, double ResidentMiB);
