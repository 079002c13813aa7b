namespace EdgeStream.Benchmarks.Areas.Kinesis;

/// <summary>What one run of a scenario came to.</summary>
/// <param name="Rate">Records a second.</param>
/// <param name="P50Ms">Half of the answers or deliveries took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
/// <param name="ProcessorSeconds">The server's seconds of processor time per million records.</param>
/// <param name="ClientLoad">How much of one core the load generator took.</param>
/// <param name="ResidentMiB">The server's resident memory at the end, mapped files included.</param>
/// <param name="AnonymousMiB">The part of its memory that no file stands behind.</param>
internal sealed record KinesisRun(
    double Rate,
    double P50Ms,
    double P99Ms,
    double ProcessorSeconds,
    double ClientLoad,
    double ResidentMiB,
    double AnonymousMiB);
