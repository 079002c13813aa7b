namespace EdgeStream.Devices;

/// <summary>The answer to a change of a device twin.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Twin">The twin as it is now; null where there is none.</param>
/// <param name="Problem">What was wrong and what to do, whole sentences; empty where nothing was.</param>
public sealed record TwinUpdate(TwinOutcome Outcome, DeviceTwin? Twin, string Problem = "");
