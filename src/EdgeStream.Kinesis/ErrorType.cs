namespace EdgeStream.Kinesis;

/// <summary>The types of errors as they stand on the wire.</summary>
internal static class ErrorType
{
    internal const string AccessDenied = "AccessDeniedException";
    internal const string ConcurrentModification = "ConcurrentModificationException";
    internal const string DryRun = "DryRunOperationException";
    internal const string ExpiredIterator = "ExpiredIteratorException";
    internal const string ExpiredNextToken = "ExpiredNextTokenException";
    internal const string IncompleteSignature = "IncompleteSignatureException";
    internal const string InternalFailure = "InternalFailure";
    internal const string InternalFailureAnswer = "InternalFailureException";
    internal const string InvalidArgument = "InvalidArgumentException";
    internal const string InvalidSignature = "InvalidSignatureException";
    internal const string InvalidKmsResource = "InvalidKMSResourceException";
    internal const string KmsNotFound = "KMSNotFoundException";
    internal const string LeaseLost = "LeaseLostException";
    internal const string LimitExceeded = "LimitExceededException";
    internal const string MissingToken = "MissingAuthenticationTokenException";
    internal const string ResourceInUse = "ResourceInUseException";
    internal const string ResourceNotFound = "ResourceNotFoundException";
    internal const string Serialization = "SerializationException";
    internal const string ServiceUnavailable = "ServiceUnavailable";
    internal const string ServiceUnavailableNow = "ServiceUnavailableException";
    internal const string Throttling = "ThrottlingException";
    internal const string Throughput = "ProvisionedThroughputExceededException";
    internal const string UnknownOperation = "UnknownOperationException";
    internal const string UnrecognizedClient = "UnrecognizedClientException";
    internal const string Validation = "ValidationException";
}
