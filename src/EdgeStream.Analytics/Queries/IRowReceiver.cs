namespace EdgeStream.Analytics;

/// <summary>Takes the rows of a query that runs for somebody who waits for them.</summary>
/// <remarks>Called by one thread at a time. <see cref="Take"/> must return soon and not throw; waiting has its place in
/// <see cref="DrainAsync"/>, while which nothing is read.</remarks>
public interface IRowReceiver
{
    /// <summary>Whether more rows may come before the next <see cref="DrainAsync"/>; asked every 64 records.</summary>
    /// <remarks>What one record, or the end of one window, gives comes all the same.</remarks>
    bool HasRoom { get; }

    /// <summary>Whether the run is over, since no more rows are wanted.</summary>
    bool IsDone { get; }

    /// <summary>Told once what the rows will be, before the first one.</summary>
    /// <param name="columns">Their columns.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    ValueTask BeginAsync(IReadOnlyList<QueryColumn> columns, CancellationToken cancellationToken);

    /// <summary>Takes a row, which is valid until the call returns.</summary>
    void Take(QueryRow row);

    /// <summary>Hands on what was taken; the run goes on when this completes.</summary>
    ValueTask DrainAsync(CancellationToken cancellationToken);
}
