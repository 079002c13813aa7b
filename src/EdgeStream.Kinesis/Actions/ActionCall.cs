using Microsoft.AspNetCore.Http;

namespace EdgeStream.Kinesis;

/// <summary>One call of an action.</summary>
/// <param name="Service">What it works on.</param>
/// <param name="Request">What it was given.</param>
/// <param name="Response">Where the answer goes; nothing written is an empty answer.</param>
/// <param name="Output">What sends it, in chunks if it is large.</param>
/// <param name="Aborted">Ends when the client has left.</param>
internal sealed record ActionCall(
    KinesisService Service,
    RequestValues Request,
    ResponseWriter Response,
    AnswerOutput Output,
    CancellationToken Aborted)
{
    /// <summary>Who made the records that are put, and their numbers; null where the request says nothing of
    /// that.</summary>
    internal RequestProducer? Producer { get; init; }

    /// <summary>Headers of the answer; they count until its first chunk is sent.</summary>
    internal required IHeaderDictionary AnswerHeaders { get; init; }

    /// <summary>What answers instead, as long as it takes.</summary>
    internal ISubscription? Stream { get; set; }

    /// <summary>Sends what was written of a list where it is a chunk.</summary>
    /// <exception cref="ApiException">Answers hold as much memory as they may, and nothing was sent yet.</exception>
    internal async ValueTask DrainAsync() =>
        await Output.DrainAsync(ErrorType.LimitExceeded, Aborted).ConfigureAwait(false);

    /// <summary>Ends a call that passed every check and was to do nothing else.</summary>
    /// <exception cref="ApiException">It was made with <c>DryRun</c>.</exception>
    internal void EndDryRun()
    {
        if (Request.Flag("DryRun"))
        {
            throw new ApiException(
                ErrorType.DryRun, "The request would have succeeded. It was made with DryRun: nothing was done.");
        }
    }
}
