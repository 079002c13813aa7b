namespace EdgeStream.Delivery;

/// <summary>Transforms records outside of the gateway.</summary>
/// <remarks>Not thread-safe: one object a shard. A call may be repeated with the same records after a failure or a
/// crash.</remarks>
internal interface IChunkTransform : IDisposable
{
    /// <summary>Answers for each record of a chunk, in its order.</summary>
    /// <exception cref="TransformFaultException">It has failed over the records, of which one may be the
    /// reason.</exception>
    /// <exception cref="IOException">There is no answer; asking again may help.</exception>
    Task<TransformAnswer[]> ApplyAsync(RecordChunk chunk, CancellationToken cancellationToken);
}
