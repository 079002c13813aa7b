namespace EdgeStream.Gateway.Wear;

/// <summary>What the kernel has counted at one moment; each count begins again at zero by itself.</summary>
/// <param name="ProcessBytes">
/// Bytes that this process has made the kernel write, less what was cancelled; since the process started. Null where
/// the kernel does not tell.
/// </param>
/// <param name="DeviceBytes">
/// Bytes that all programs have written to the whole disk since the machine started; null where the data folder is on
/// no disk of its own, as in memory or in a container's layers, or its statistics cannot be read.
/// </param>
internal readonly record struct WearCounters(long? ProcessBytes, long? DeviceBytes);
