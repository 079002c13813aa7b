namespace EdgeStream.Delivery;

/// <summary>Asks about a chunk, and where that fails in a way that one of its records may be the reason for, finds that
/// record, so that it does not hold up the others for ever.</summary>
/// <remarks>
/// <para>A record is believed to be the reason only where it fails alone, each of <see cref="AsksMax"/> times, and the
/// transform answers for another record of the chunk in between: one that answers for none is broken itself, and the
/// chunk fails, to be asked again with what has come since. So it does with more than <see cref="SuspectsMax"/> such
/// records.</para>
/// <para>Asks at most 2 × <see cref="SuspectsMax"/> × 9 times about parts of a chunk of 500, and <see cref="AsksMax"/>
/// times about each suspect. Not thread-safe.</para>
/// </remarks>
internal sealed class ChunkInquiry(IChunkTransform transform)
{
    /// <summary>How often a record is asked about alone before it is the reason.</summary>
    public const int AsksMax = 3;

    /// <summary>Records of a chunk that may be the reason: more of them are the transform's own fault.</summary>
    public const int SuspectsMax = 16;

    private readonly List<(int Place, TransformFaultException Fault)> _suspects = [];
    private bool _hasAnswered;

    /// <summary>Answers for each record of the chunk, in its order.</summary>
    /// <exception cref="IOException">There is no answer; asking again may help.</exception>
    public async Task<TransformAnswer[]> AskAsync(RecordChunk chunk, CancellationToken cancellationToken)
    {
        _suspects.Clear();
        _hasAnswered = false;
        var answers = new TransformAnswer[chunk.Count];
        await AskAsync(chunk, 0, answers, cancellationToken);
        foreach (var (place, fault) in _suspects)
        {
            answers[place] = _hasAnswered
                ? await AskAloneAsync(chunk.Part(place, 1), fault, cancellationToken) : throw fault;
        }

        return answers;
    }

    /// <summary>Asks about a part, and about its halves where that fails.</summary>
    /// <remarks>Nested as often as a chunk can be halved.</remarks>
    private async Task AskAsync(
        RecordChunk part, int start, TransformAnswer[] answers, CancellationToken cancellationToken)
    {
        try
        {
            (await transform.ApplyAsync(part, cancellationToken)).CopyTo(answers, start);
            _hasAnswered = true;
            return;
        }
        catch (TransformFaultException fault) when (part.Count == 1 && _suspects.Count < SuspectsMax)
        {
            _suspects.Add((start, fault));
            return;
        }
        catch (TransformFaultException) when (part.Count > 1)
        {
            // One of its records may be why.
        }

        var half = part.Count / 2;
        await AskAsync(part.Part(0, half), start, answers, cancellationToken);
        await AskAsync(part.Part(half, part.Count - half), start + half, answers, cancellationToken);
    }

    private async Task<TransformAnswer> AskAloneAsync(
        RecordChunk record, TransformFaultException fault, CancellationToken cancellationToken)
    {
        for (var asks = 1; asks < AsksMax; asks++)
        {
            try
            {
                return (await transform.ApplyAsync(record, cancellationToken))[0];
            }
            catch (TransformFaultException again)
            {
                fault = again;
            }
        }

        return new TransformAnswer(
            TransformOutcome.Failed, default,
            RejectionCause.Of(
                RejectionReason.InvalidData, "Transform.Failed",
                $"{fault.Message.TrimEnd('.')}. So it did each time that it was asked about this record alone."));
    }
}
