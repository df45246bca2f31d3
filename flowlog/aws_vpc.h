// AWS VPC flow logs as text, default and custom formats, and Transit Gateway
// flow logs.
//
// Fields are separated by one blank. A header line names the columns, in any
// order; it may come again, in another order (files joined with cat). Lines
// without a header are in the order of AWS's table, told apart by how many
// fields they have. pkt-srcaddr and pkt-dstaddr are used where they are there:
// srcaddr and dstaddr are those of a NAT gateway or a pod's host.

#ifndef ALLOWMATCH_FLOWLOG_AWS_VPC_H_
#define ALLOWMATCH_FLOWLOG_AWS_VPC_H_

#include <memory>

#include "flowlog/reader.h"

namespace allowmatch {

// The share of the sample, 0 to 100, that is this format; 100 with a header.
int AwsVpcScore(const Sample& sample);

std::unique_ptr<Reader> NewAwsVpcReader(const ReaderOptions& options);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_AWS_VPC_H_
