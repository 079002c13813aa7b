namespace EdgeStream.Streams;

/// <summary>How the streams of a data folder stand with the room they may take.</summary>
/// <param name="UsedBytes">Bytes that the files of all streams take.</param>
/// <param name="BudgetBytes">Bytes that they may take; <see cref="long.MaxValue"/> without a limit.</param>
/// <param name="ReserveBytes">Bytes that should be held back for the state and for streams of high priority.</param>
/// <param name="ReserveHeldBytes">Bytes that are held back now; less after the reserve was used.</param>
public readonly record struct StorageStatus(
    long UsedBytes, long BudgetBytes, long ReserveBytes, long ReserveHeldBytes);
